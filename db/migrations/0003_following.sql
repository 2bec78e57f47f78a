CREATE SEQUENCE "public"."projection_generations" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
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
	"claimed_by" text,
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
	"claimed_by" text,
	"resolved_at" timestamp(3) with time zone,
	"resolved_by" text,
	"resolution" text,
	CONSTRAINT "dead_letters_status_known" CHECK (status in ('PENDING', 'REPLAYED', 'FAILED', 'SKIPPED')),
	CONSTRAINT "dead_letters_source_known" CHECK (source in ('PUBLISHER', 'INBOUND')),
	CONSTRAINT "dead_letters_resolved" CHECK ((status in ('REPLAYED', 'SKIPPED')) = (resolved_at is not null))
);
--> statement-breakpoint
CREATE TABLE "cancellation_stats" (
	"generation" integer NOT NULL,
	"failure_reason" text NOT NULL,
	"orders" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "cancellation_stats_generation_failure_reason_pk" PRIMARY KEY("generation","failure_reason")
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
	"spent_minor" bigint GENERATED ALWAYS AS (ordered_minor - cancelled_minor) STORED,
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
	"new_customers" bigint DEFAULT 0 NOT NULL,
	"delivered" bigint DEFAULT 0 NOT NULL,
	"cancelled" bigint DEFAULT 0 NOT NULL,
	"created_minor" bigint DEFAULT 0 NOT NULL,
	"delivered_minor" bigint DEFAULT 0 NOT NULL,
	"cancelled_minor" bigint DEFAULT 0 NOT NULL,
	"lost_minor" bigint DEFAULT 0 NOT NULL,
	"revenue_minor" bigint GENERATED ALWAYS AS (created_minor - lost_minor) STORED,
	CONSTRAINT "daily_stats_generation_day_currency_pk" PRIMARY KEY("generation","day","currency")
);
--> statement-breakpoint
CREATE TABLE "product_stats" (
	"generation" integer NOT NULL,
	"product_id" text NOT NULL,
	"currency" text NOT NULL,
	"orders" bigint DEFAULT 0 NOT NULL,
	"cancelled" bigint DEFAULT 0 NOT NULL,
	"ordered_quantity" bigint DEFAULT 0 NOT NULL,
	"cancelled_quantity" bigint DEFAULT 0 NOT NULL,
	"quantity" bigint GENERATED ALWAYS AS (ordered_quantity - cancelled_quantity) STORED,
	"ordered_minor" bigint DEFAULT 0 NOT NULL,
	"cancelled_minor" bigint DEFAULT 0 NOT NULL,
	"revenue_minor" bigint GENERATED ALWAYS AS (ordered_minor - cancelled_minor) STORED,
	CONSTRAINT "product_stats_generation_product_id_currency_pk" PRIMARY KEY("generation","product_id","currency")
);
--> statement-breakpoint
CREATE TABLE "stage_stats" (
	"generation" integer NOT NULL,
	"status" text NOT NULL,
	"next_status" text NOT NULL,
	"bucket" integer NOT NULL,
	"orders" bigint DEFAULT 0 NOT NULL,
	"total_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "stage_stats_generation_status_next_status_bucket_pk" PRIMARY KEY("generation","status","next_status","bucket")
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
CREATE TABLE "validation_stats" (
	"server" text NOT NULL,
	"outcome" text NOT NULL,
	"orders" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "validation_stats_server_outcome_pk" PRIMARY KEY("server","outcome")
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
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"event_type" text NOT NULL,
	"order_id" text NOT NULL,
	"traceparent" text,
	"body" text NOT NULL,
	"status" text DEFAULT 'PENDING' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"claimed_until" timestamp(3) with time zone,
	"last_status" integer,
	"last_error" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp(3) with time zone,
	CONSTRAINT "webhook_deliveries_status_known" CHECK (status in ('PENDING', 'DELIVERED', 'FAILED')),
	CONSTRAINT "webhook_deliveries_finished" CHECK ((status = 'PENDING') = (finished_at is null))
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" uuid PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"event_types" text[] NOT NULL,
	"secret" text NOT NULL,
	"previous_secret" text,
	"previous_secret_until" timestamp(3) with time zone,
	"status" text DEFAULT 'ACTIVE' NOT NULL,
	"disabled_reason" text,
	"failing_since" timestamp(3) with time zone,
	"registered_at" "pg_snapshot" DEFAULT pg_current_snapshot() NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_endpoints_status_known" CHECK (status in ('ACTIVE', 'DISABLED', 'REMOVED')),
	CONSTRAINT "webhook_endpoints_reason_known" CHECK (disabled_reason in ('ON_REQUEST', 'GONE', 'FAILING')),
	CONSTRAINT "webhook_endpoints_disabled" CHECK ((status = 'DISABLED') = (disabled_reason is not null))
);
--> statement-breakpoint
ALTER TABLE "order_events" DROP CONSTRAINT "order_events_type_known";--> statement-breakpoint
ALTER TABLE "consumers" ADD COLUMN "last_error_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "consumers" ADD COLUMN "last_event_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "consumers" ADD COLUMN "throughput" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "consumers" ADD COLUMN "window_since" timestamp(3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "consumers" ADD COLUMN "window_processed" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "consumers" ADD COLUMN "types" text[];--> statement-breakpoint
ALTER TABLE "consumers" ADD COLUMN "generation" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_delivery_id_webhook_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."webhook_deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_endpoint_id_webhook_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."webhook_endpoints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_log_by_subject" ON "audit_log" USING btree ("subject","id");--> statement-breakpoint
CREATE INDEX "dead_letters_by_status" ON "dead_letters" USING btree ("status","first_failed_at","event_id");--> statement-breakpoint
CREATE INDEX "dead_letters_by_order" ON "dead_letters" USING btree ("order_id","order_version");--> statement-breakpoint
CREATE INDEX "dead_letters_waiting" ON "dead_letters" USING btree ("order_id","order_version") WHERE status = 'PENDING' and waits_behind is not null;--> statement-breakpoint
CREATE INDEX "dead_letters_behind" ON "dead_letters" USING btree ("waits_behind") WHERE waits_behind is not null;--> statement-breakpoint
CREATE INDEX "dead_letters_resolved_since" ON "dead_letters" USING btree ("resolved_at") WHERE resolved_at is not null;--> statement-breakpoint
CREATE INDEX "customer_stats_by_spent" ON "customer_stats" USING btree ("generation","currency","spent_minor","customer_id");--> statement-breakpoint
CREATE INDEX "customer_stats_by_orders" ON "customer_stats" USING btree ("generation","currency","orders","customer_id");--> statement-breakpoint
CREATE INDEX "customer_stats_by_prefix" ON "customer_stats" USING btree ("generation",lower(customer_id) collate "C",customer_id collate "C");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_deliveries_once" ON "webhook_deliveries" USING btree ("endpoint_id","event_id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("endpoint_id","next_attempt_at") WHERE status = 'PENDING';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_claimed" ON "webhook_deliveries" USING btree ("endpoint_id") WHERE claimed_until is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_newest" ON "webhook_deliveries" USING btree ("endpoint_id","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_status" ON "webhook_deliveries" USING btree ("endpoint_id","status","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_finished_since" ON "webhook_deliveries" USING btree ("finished_at") WHERE status <> 'PENDING';--> statement-breakpoint
CREATE INDEX "orders_by_prefix" ON "orders" USING btree (id collate "C");--> statement-breakpoint
CREATE INDEX "orders_open_by_status_since" ON "orders" USING btree ("status_since") WHERE status not in ('DELIVERED', 'CANCELLED');--> statement-breakpoint
CREATE INDEX "orders_settled" ON "orders" USING btree ("status") WHERE status in ('DELIVERED', 'CANCELLED');--> statement-breakpoint
CREATE INDEX "orders_much_changed" ON "orders" USING btree ("version") WHERE version > 7;--> statement-breakpoint
CREATE INDEX "payments_delayed" ON "payments" USING btree ("order_id") WHERE status = 'PAYMENT_PROCESSING';--> statement-breakpoint
CREATE INDEX "order_events_failed_payments" ON "order_events" USING btree ("order_id") WHERE type = 'PaymentFailed';--> statement-breakpoint
CREATE INDEX "order_events_alerts" ON "order_events" USING btree ("order_id",(data ->> 'reason')) WHERE type = 'AlertRaised';--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_type_known" CHECK (type in ('OrderCreated', 'ApprovalRequested', 'OrderApproved', 'OrderDenied', 'StockReserved', 'StockRejected', 'PaymentDelayed', 'PaymentAuthorized', 'PaymentFailed', 'ShippingScheduled', 'ShipmentMoved', 'OrderDelivered', 'CancellationRequested', 'PaymentRefunded', 'StockReleased', 'OrderCancelled', 'AlertRaised'));