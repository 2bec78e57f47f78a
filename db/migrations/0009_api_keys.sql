CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"customer_id" text,
	"hash" "bytea" NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"last_used_at" timestamp(3) with time zone,
	"revoked_at" timestamp(3) with time zone,
	CONSTRAINT "api_keys_id_shape" CHECK (id ~ '^[0-9a-f]{16}$'),
	CONSTRAINT "api_keys_role_known" CHECK (role in ('customer', 'operator', 'admin')),
	CONSTRAINT "api_keys_customer" CHECK ((role = 'customer') = (customer_id is not null)),
	CONSTRAINT "api_keys_hash_length" CHECK (octet_length(hash) = 32)
);
--> statement-breakpoint
CREATE INDEX "api_keys_newest" ON "api_keys" USING btree ("created_at","id");