CREATE SCHEMA "simulator";
--> statement-breakpoint
CREATE TABLE "products" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"unit_price_minor" integer NOT NULL,
	"unit_price" numeric GENERATED ALWAYS AS (major_units(unit_price_minor, currency)) STORED,
	"currency" text NOT NULL,
	"available" integer NOT NULL,
	"reserved" integer DEFAULT 0 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "products_price_positive" CHECK (unit_price_minor > 0),
	CONSTRAINT "products_currency_code" CHECK (currency ~ '^[A-Z]{3}$'),
	CONSTRAINT "products_available_not_negative" CHECK (available >= 0),
	CONSTRAINT "products_reserved_not_negative" CHECK (reserved >= 0)
);
--> statement-breakpoint
CREATE TABLE "order_items" (
	"order_id" text NOT NULL,
	"line" integer NOT NULL,
	"product_id" text NOT NULL,
	"quantity" integer NOT NULL,
	"unit_price_minor" integer NOT NULL,
	"currency" text NOT NULL,
	"unit_price" numeric GENERATED ALWAYS AS (major_units(unit_price_minor, currency)) STORED,
	CONSTRAINT "order_items_order_id_line_pk" PRIMARY KEY("order_id","line"),
	CONSTRAINT "order_items_quantity_in_range" CHECK (quantity between 1 and 1000),
	CONSTRAINT "order_items_price_positive" CHECK (unit_price_minor > 0)
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" text PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"status" text NOT NULL,
	"total_minor" integer NOT NULL,
	"total_amount" numeric GENERATED ALWAYS AS (major_units(total_minor, currency)) STORED,
	"currency" text NOT NULL,
	"payment_method" text NOT NULL,
	"approval" text DEFAULT 'NOT_REQUIRED' NOT NULL,
	"payment_id" uuid,
	"shipment_id" uuid,
	"failure_reason" text,
	"status_details" text,
	"status_since" timestamp(3) with time zone NOT NULL,
	"version" integer NOT NULL,
	"request_digest" uuid NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "orders_status_known" CHECK (status in ('PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
	CONSTRAINT "orders_payment_method_known" CHECK (payment_method in ('CREDIT_CARD', 'BANK_TRANSFER', 'DIGITAL_WALLET')),
	CONSTRAINT "orders_approval_known" CHECK (approval in ('NOT_REQUIRED', 'AWAITING_APPROVAL', 'APPROVED', 'DENIED')),
	CONSTRAINT "orders_failure_reason_known" CHECK (failure_reason in ('OUT_OF_STOCK', 'PAYMENT_DECLINED', 'PAYMENT_UNAVAILABLE', 'SHIPMENT_UNAVAILABLE', 'APPROVAL_DENIED', 'APPROVAL_TIMED_OUT', 'CANCELLED_ON_REQUEST')),
	CONSTRAINT "orders_cancelled_with_reason" CHECK ((status = 'CANCELLED') = (failure_reason is not null)),
	CONSTRAINT "orders_total_positive" CHECK (total_minor > 0),
	CONSTRAINT "orders_version_positive" CHECK (version > 0)
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"status" text NOT NULL,
	"amount_minor" integer NOT NULL,
	"amount" numeric GENERATED ALWAYS AS (major_units(amount_minor, currency)) STORED,
	"currency" text NOT NULL,
	"payment_method" text NOT NULL,
	"failed_attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"provider_reference" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payments_status_known" CHECK (status in ('PAYMENT_PENDING', 'PAYMENT_PROCESSING', 'PAYMENT_COMPLETED', 'PAYMENT_FAILED', 'PAYMENT_REFUNDED')),
	CONSTRAINT "payments_method_known" CHECK (payment_method in ('CREDIT_CARD', 'BANK_TRANSFER', 'DIGITAL_WALLET')),
	CONSTRAINT "payments_amount_positive" CHECK (amount_minor > 0)
);
--> statement-breakpoint
CREATE TABLE "shipments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"tracking_number" text,
	"carrier" text,
	"status" text NOT NULL,
	"current_location" text,
	"estimated_delivery" timestamp(3) with time zone,
	"news_at" timestamp(3) with time zone,
	"failed_attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "shipments_status_known" CHECK (status in ('SHIPMENT_CREATED', 'SHIPMENT_IN_TRANSIT', 'SHIPMENT_OUT_FOR_DELIVERY', 'SHIPMENT_DELIVERED')),
	CONSTRAINT "shipments_tracked_when_booked" CHECK ((tracking_number is null) = (carrier is null))
);
--> statement-breakpoint
CREATE TABLE "consumers" (
	"name" text PRIMARY KEY NOT NULL,
	"cursor_tx" "xid8" DEFAULT '0' NOT NULL,
	"cursor_position" bigint DEFAULT 0 NOT NULL,
	"lease_holder" text,
	"lease_until" timestamp(3) with time zone,
	"processed" bigint DEFAULT 0 NOT NULL,
	"errors" bigint DEFAULT 0 NOT NULL,
	"last_error" text,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"key" text NOT NULL,
	"order_id" text NOT NULL,
	"request_digest" uuid NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_key_pk" PRIMARY KEY("key")
);
--> statement-breakpoint
CREATE TABLE "order_events" (
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "order_events_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_id" uuid PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"version" integer NOT NULL,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"traceparent" text,
	"occurred_at" timestamp(3) with time zone NOT NULL,
	"tx" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	CONSTRAINT "order_events_type_known" CHECK (type in ('OrderCreated', 'ApprovalRequested', 'OrderApproved', 'OrderDenied', 'StockReserved', 'StockRejected', 'PaymentDelayed', 'PaymentAuthorized', 'PaymentFailed', 'ShippingScheduled', 'ShipmentMoved', 'OrderDelivered', 'CancellationRequested', 'PaymentRefunded', 'StockReleased', 'OrderCancelled'))
);
--> statement-breakpoint
CREATE TABLE "simulator"."carrier_bookings" (
	"key" text PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"tracking_number" text NOT NULL,
	"carrier" text NOT NULL,
	"outcome" text NOT NULL,
	"estimated_delivery" timestamp(3) with time zone NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "simulator"."payment_ledger" (
	"key" text PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"kind" text NOT NULL,
	"amount_minor" integer NOT NULL,
	"currency" text NOT NULL,
	"outcome" text NOT NULL,
	"attempts" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_shipment_id_shipments_id_fk" FOREIGN KEY ("shipment_id") REFERENCES "public"."shipments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "order_items_product" ON "order_items" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "orders_newest" ON "orders" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "orders_customer_newest" ON "orders" USING btree ("customer_id","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_status_newest" ON "orders" USING btree ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_open_by_age" ON "orders" USING btree ("updated_at") WHERE status not in ('DELIVERED', 'CANCELLED');--> statement-breakpoint
CREATE UNIQUE INDEX "payments_one_for_each_order" ON "payments" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "payments_with_issues" ON "payments" USING btree ("updated_at") WHERE status in ('PAYMENT_PROCESSING', 'PAYMENT_FAILED');--> statement-breakpoint
CREATE UNIQUE INDEX "shipments_one_for_each_order" ON "shipments" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "shipments_tracking_number" ON "shipments" USING btree ("tracking_number");--> statement-breakpoint
CREATE UNIQUE INDEX "order_events_version" ON "order_events" USING btree ("order_id","version");--> statement-breakpoint
CREATE INDEX "order_events_cursor" ON "order_events" USING btree ("tx","position");--> statement-breakpoint
CREATE UNIQUE INDEX "carrier_bookings_tracking_number" ON "simulator"."carrier_bookings" USING btree ("tracking_number");