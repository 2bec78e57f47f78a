-- The transitions of domain/order-status.ts, held also when SQL is written by hand; a test holds the two together.
create function order_transition_allowed(old_status text, new_status text) returns boolean
  language sql immutable parallel safe
  return (old_status, new_status) in (
    ('PENDING', 'PROCESSING'), ('PENDING', 'CANCELLED'),
    ('PROCESSING', 'SHIPPED'), ('PROCESSING', 'CANCELLED'),
    ('SHIPPED', 'DELIVERED')
  );
--> statement-breakpoint
create function refuse_forbidden_transition() returns trigger language plpgsql as $$
begin
  raise exception 'order % is % and cannot become %', old.id, old.status, new.status
    using errcode = 'check_violation', constraint = 'orders_transition_allowed', table = 'orders';
end $$;
--> statement-breakpoint
create trigger orders_transition_allowed before update of status on orders for each row
  when (old.status <> new.status and not order_transition_allowed(old.status, new.status))
  execute function refuse_forbidden_transition();
--> statement-breakpoint
create function refuse_change_of_log() returns trigger language plpgsql as $$
begin
  raise exception 'order_events is append-only' using errcode = 'check_violation', table = 'order_events';
end $$;
--> statement-breakpoint
create trigger order_events_append_only before update or delete on order_events for each row
  execute function refuse_change_of_log();
--> statement-breakpoint
create view order_details as
  select o.id, o.customer_id, o.status, o.total_amount, o.total_minor, o.currency, o.approval, o.failure_reason,
    o.status_details, o.version, o.created_at, o.updated_at, o.status_since,
    o.payment_id, p.status as payment_status, p.amount as payment_amount, p.payment_method,
    o.shipment_id, s.tracking_number, s.carrier, s.status as shipment_status, s.current_location, s.estimated_delivery
  from orders o
    left join payments p on p.id = o.payment_id
    left join shipments s on s.id = o.shipment_id;
comment on view order_details is 'Each order with its payment and its shipment.';
--> statement-breakpoint
create view status_summary as
  select status, currency, count(*) as orders, round(100.0 * count(*) / sum(count(*)) over (), 2) as percentage,
    round(avg(total_amount), 2) as average_amount, sum(total_amount) as total_amount
  from orders group by status, currency;
comment on view status_summary is 'Orders, their share and their value by status and currency.';
--> statement-breakpoint
create view payment_issues as
  select o.id, o.customer_id, o.status, o.failure_reason, o.status_details, p.id as payment_id, p.status as payment_status,
    p.amount, p.currency, p.payment_method, p.failed_attempts, p.last_error, p.updated_at
  from orders o join payments p on p.id = o.payment_id
  where p.status = 'PAYMENT_PROCESSING'
    or p.status = 'PAYMENT_FAILED' and (o.status <> 'CANCELLED' or o.failure_reason in ('PAYMENT_DECLINED', 'PAYMENT_UNAVAILABLE'));
comment on view payment_issues is 'Orders whose payment failed or hangs with the provider; not those cancelled before their charge.';
--> statement-breakpoint
create view stuck_orders as
  select id, customer_id, status, approval, status_since, extract(epoch from now() - status_since)::bigint as seconds_in_status
  from orders
  where status not in ('DELIVERED', 'CANCELLED') and approval <> 'AWAITING_APPROVAL'
    and status_since < now() - interval '5 minutes';
comment on view stuck_orders is 'Open orders that are in one status for more than 5 minutes and wait for no person.';
