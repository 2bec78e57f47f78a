CREATE TABLE "simulator"."payment_rates" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"success_rate" double precision,
	"throw_rate" double precision,
	"changed_by" text NOT NULL,
	"changed_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payment_rates_only" CHECK (is_only),
	CONSTRAINT "payment_rates_are_shares" CHECK (success_rate between 0 and 1 and throw_rate between 0 and 1),
	CONSTRAINT "payment_rates_say_something" CHECK (success_rate is not null or throw_rate is not null)
);
--> statement-breakpoint
CREATE INDEX "audit_log_by_actor" ON "audit_log" USING btree ("actor","id");--> statement-breakpoint
CREATE INDEX "audit_log_by_action" ON "audit_log" USING btree ("action","id");