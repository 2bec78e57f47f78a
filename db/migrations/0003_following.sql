CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"result" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dead_letter_archive" (
	"event_id" uuid PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"status" text DEFAULT 'PENDING' NOT NULL,
	"topic" text NOT NULL,
	"partition" integer,
	"record_offset" bigint,
	"record_key" text,
	"headers" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"payload" "bytea" NOT NULL,
	"event_type" text,
	"order_id" text,
	"order_version" integer,
	"waits_behind" uuid,
	"error" text NOT NULL,
	"attempts" integer NOT NULL,
	"first_failed_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"last_failed_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"claimed_until" timestamp(3) with time zone,
	"resolved_at" timestamp(3) with time zone,
	"resolved_by" text,
	"resolution" text,
	"archived_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dead_letters" (
	"event_id" uuid PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"status" text DEFAULT 'PENDING' NOT NULL,
	"topic" text NOT NULL,
	"partition" integer,
	"record_offset" bigint,
	"record_key" text,
	"headers" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"payload" "bytea" NOT NULL,
	"event_type" text,
	"order_id" text,
	"order_version" integer,
	"waits_behind" uuid,
	"error" text NOT NULL,
	"attempts" integer NOT NULL,
	"first_failed_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"last_failed_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"claimed_until" timestamp(3) with time zone,
	"resolved_at" timestamp(3) with time zone,
	"resolved_by" text,
	"resolution" text,
	CONSTRAINT "dead_letters_status_known" CHECK (status in ('PENDING', 'REPLAYED', 'FAILED', 'SKIPPED')),
	CONSTRAINT "dead_letters_source_known" CHECK (source in ('PUBLISHER', 'INBOUND'))
);
--> statement-breakpoint
CREATE TABLE "customer_stats" (
	"generation" integer NOT NULL,
	"customer_id" text NOT NULL,
	"currency" text NOT NULL,
	"orders" bigint DEFAULT 0 NOT NULL,
	"delivered" bigint DEFAULT 0 NOT NULL,
	"cancelled" bigint DEFAULT 0 NOT NULL,
	"ordered_minor" bigint DEFAULT 0 NOT NULL,
	"cancelled_minor" bigint DEFAULT 0 NOT NULL,
	"first_order_at" timestamp(3) with time zone NOT NULL,
	"last_order_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "customer_stats_generation_customer_id_currency_pk" PRIMARY KEY("generation","customer_id","currency")
);
--> statement-breakpoint
CREATE TABLE "daily_stats" (
	"generation" integer NOT NULL,
	"day" date NOT NULL,
	"currency" text NOT NULL,
	"created" bigint DEFAULT 0 NOT NULL,
	"delivered" bigint DEFAULT 0 NOT NULL,
	"cancelled" bigint DEFAULT 0 NOT NULL,
	"created_minor" bigint DEFAULT 0 NOT NULL,
	"delivered_minor" bigint DEFAULT 0 NOT NULL,
	"cancelled_minor" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "daily_stats_generation_day_currency_pk" PRIMARY KEY("generation","day","currency")
);
--> statement-breakpoint
CREATE TABLE "product_stats" (
	"generation" integer NOT NULL,
	"product_id" text NOT NULL,
	"currency" text NOT NULL,
	"orders" bigint DEFAULT 0 NOT NULL,
	"quantity" bigint DEFAULT 0 NOT NULL,
	"revenue_minor" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "product_stats_generation_product_id_currency_pk" PRIMARY KEY("generation","product_id","currency")
);
--> statement-breakpoint
CREATE TABLE "status_stats" (
	"generation" integer NOT NULL,
	"status" text NOT NULL,
	"currency" text NOT NULL,
	"orders" bigint DEFAULT 0 NOT NULL,
	"total_minor" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "status_stats_generation_status_currency_pk" PRIMARY KEY("generation","status","currency")
);
--> statement-breakpoint
CREATE TABLE "webhook_attempts" (
	"delivery_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"duration_ms" integer NOT NULL,
	"response_status" integer,
	"response_body" text,
	"error" text,
	CONSTRAINT "webhook_attempts_delivery_id_attempt_pk" PRIMARY KEY("delivery_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"event_type" text NOT NULL,
	"order_id" text,
	"body" text NOT NULL,
	"status" text DEFAULT 'PENDING' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"claimed_until" timestamp(3) with time zone,
	"last_status" integer,
	"last_error" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp(3) with time zone,
	CONSTRAINT "webhook_deliveries_status_known" CHECK (status in ('PENDING', 'DELIVERED', 'FAILED'))
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" uuid PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"event_types" text[] NOT NULL,
	"secret" text NOT NULL,
	"status" text DEFAULT 'ACTIVE' NOT NULL,
	"disabled_reason" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_endpoints_status_known" CHECK (status in ('ACTIVE', 'DISABLED'))
);
--> statement-breakpoint
ALTER TABLE "order_events" DROP CONSTRAINT "order_events_type_known";--> statement-breakpoint
ALTER TABLE "consumers" ADD COLUMN "last_event_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "consumers" ADD COLUMN "throughput" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "consumers" ADD COLUMN "window_since" timestamp(3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "consumers" ADD COLUMN "window_processed" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_delivery_id_webhook_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."webhook_deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_endpoint_id_webhook_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."webhook_endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_log_by_subject" ON "audit_log" USING btree ("subject","id");--> statement-breakpoint
CREATE INDEX "dead_letters_by_status" ON "dead_letters" USING btree ("status","first_failed_at","event_id");--> statement-breakpoint
CREATE INDEX "dead_letters_unresolved_by_order" ON "dead_letters" USING btree ("order_id","order_version") WHERE status in ('PENDING', 'FAILED');--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_deliveries_once" ON "webhook_deliveries" USING btree ("endpoint_id","event_id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("endpoint_id","next_attempt_at") WHERE status = 'PENDING';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_newest" ON "webhook_deliveries" USING btree ("endpoint_id","created_at","id");--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_type_known" CHECK (type in ('OrderCreated', 'ApprovalRequested', 'OrderApproved', 'OrderDenied', 'StockReserved', 'StockRejected', 'PaymentDelayed', 'PaymentAuthorized', 'PaymentFailed', 'ShippingScheduled', 'ShipmentMoved', 'OrderDelivered', 'CancellationRequested', 'PaymentRefunded', 'StockReleased', 'OrderCancelled', 'AlertRaised'));