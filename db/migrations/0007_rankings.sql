CREATE TABLE "product_day_stats" (
	"generation" integer NOT NULL,
	"product_id" text NOT NULL,
	"day" date NOT NULL,
	"currency" text NOT NULL,
	"orders" bigint DEFAULT 0 NOT NULL,
	"cancelled" bigint DEFAULT 0 NOT NULL,
	"ordered_quantity" bigint DEFAULT 0 NOT NULL,
	"cancelled_quantity" bigint DEFAULT 0 NOT NULL,
	"quantity" bigint GENERATED ALWAYS AS (ordered_quantity - cancelled_quantity) STORED,
	"ordered_minor" bigint DEFAULT 0 NOT NULL,
	"cancelled_minor" bigint DEFAULT 0 NOT NULL,
	"revenue_minor" bigint GENERATED ALWAYS AS (ordered_minor - cancelled_minor) STORED,
	CONSTRAINT "product_day_stats_generation_product_id_day_currency_pk" PRIMARY KEY("generation","product_id","day","currency")
);
--> statement-breakpoint
CREATE INDEX "customer_stats_by_last_order" ON "customer_stats" USING btree ("generation","currency","last_order_at","customer_id");