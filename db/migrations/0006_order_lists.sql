CREATE INDEX "orders_settled_by_change" ON "orders" USING btree ("updated_at","id") WHERE status in ('DELIVERED', 'CANCELLED');--> statement-breakpoint
CREATE INDEX "orders_settled_by_total" ON "orders" USING btree ("total_amount","id") WHERE status in ('DELIVERED', 'CANCELLED');--> statement-breakpoint
CREATE INDEX "orders_failed" ON "orders" USING btree ("failure_reason","created_at","id") WHERE failure_reason is not null;--> statement-breakpoint
CREATE INDEX "orders_with_approval" ON "orders" USING btree ("approval","created_at","id") WHERE approval <> 'NOT_REQUIRED';