-- Custom SQL migration file, put your code below! ----> statement-breakpoint
-- What people did is never rewritten.
create function refuse_change_of_audit() returns trigger language plpgsql as $$
begin
  raise exception 'audit_log is append-only';
end
$$;
--> statement-breakpoint
create trigger audit_log_append_only before update or delete or truncate on audit_log
  for each statement execute function refuse_change_of_audit();

--> statement-breakpoint
-- Which events give an order another status of the order status view: domain/published-events.ts; a test holds the two together.
create function changes_view_status(type text) returns boolean
  language sql immutable parallel safe
  return type in ('OrderCreated', 'StockReserved', 'StockRejected', 'PaymentAuthorized', 'PaymentFailed',
    'ShippingScheduled', 'OrderDelivered', 'OrderCancelled');
--> statement-breakpoint
-- No order stays INVENTORY_REJECTED: the statement that rejects the stock cancels the order, too.
create view order_status_view as
  select o.id as order_id, o.customer_id,
    case o.status
      when 'PROCESSING' then 'PAYMENT_AUTHORIZED'
      when 'SHIPPED' then 'SHIPPING_SCHEDULED'
      when 'DELIVERED' then 'COMPLETED'
      when 'CANCELLED' then 'CANCELLED'
      else case
        when o.payment_id is null then 'CREATED'
        when exists (select from order_events e where e.order_id = o.id and e.type = 'PaymentFailed') then 'PAYMENT_FAILED'
        else 'INVENTORY_RESERVED'
      end
    end as status,
    o.total_amount, o.total_minor, o.currency,
    (select jsonb_agg(jsonb_build_object('product_id', i.product_id, 'quantity', i.quantity, 'unit_price', i.unit_price,
        'unit_price_minor', i.unit_price_minor) order by i.line)
      from order_items i where i.order_id = o.id) as items,
    o.updated_at as last_updated,
    (select coalesce(e.data ->> 'details', e.data ->> 'reason', e.data ->> 'failure_reason') from order_events e
      where e.order_id = o.id and changes_view_status(e.type) order by e.version desc limit 1) as last_status_details,
    (select count(*)::integer from order_events e
      where e.order_id = o.id and changes_view_status(e.type)) as total_status_changes,
    (select max(e.occurred_at) from order_events e
      where e.order_id = o.id and changes_view_status(e.type)) as status_since,
    (select extract(epoch from now() - max(e.occurred_at))::bigint from order_events e
      where e.order_id = o.id and changes_view_status(e.type)) as seconds_in_current_state,
    o.status as order_status, o.created_at
  from orders o;
comment on view order_status_view is 'Each order in the uniform statuses of its events. A condition on order_status, too, uses the index.';
--> statement-breakpoint
-- Open and settled orders apart, because each has a small index.
create view order_status_summary as
  select s.status, coalesce(c.orders, 0)::bigint as orders,
    coalesce(round(100.0 * c.orders / sum(c.orders) over (), 2), 0.00) as percentage
  from unnest(array['CREATED', 'INVENTORY_RESERVED', 'INVENTORY_REJECTED', 'PAYMENT_AUTHORIZED', 'PAYMENT_FAILED',
      'SHIPPING_SCHEDULED', 'COMPLETED', 'CANCELLED']) with ordinality as s(status, place)
    left join (
      select case status when 'DELIVERED' then 'COMPLETED' else status end as status, count(*) as orders
      from orders where status in ('DELIVERED', 'CANCELLED') group by status
      union all
      select status, count(*) from order_status_view where order_status not in ('DELIVERED', 'CANCELLED') group by status
    ) as c using (status)
  order by s.place;
comment on view order_status_summary is 'Orders and their share in percent by status of the order status view.';
--> statement-breakpoint
-- What is wrong with open orders now; domain/alert.ts has the reasons. Alerts that were told do not count as changes.
create function open_alerts(
    stuck_after interval default interval '5 minutes',
    payment_stuck_after interval default interval '2 minutes',
    problematic_changes integer default 10)
  returns table (reason text, order_id text, customer_id text, order_status text, version integer, since timestamptz)
  language sql stable as $$
    select 'STUCK', o.id, o.customer_id, o.status, o.version, w.since
    from orders o cross join lateral (
      select case when o.status = 'PENDING' and o.approval in ('APPROVED', 'DENIED') then (
        select max(e.occurred_at) from order_events e
        where e.order_id = o.id and e.type in ('OrderApproved', 'OrderDenied')) else o.status_since end as since) as w
    where o.status not in ('DELIVERED', 'CANCELLED') and o.approval <> 'AWAITING_APPROVAL'
      and o.status_since < now() - stuck_after and w.since < now() - stuck_after
    union all
    select 'PAYMENT_STUCK', o.id, o.customer_id, o.status, o.version, e.occurred_at
    from payments p join orders o on o.payment_id = p.id
      join order_events e on e.order_id = p.order_id and e.type = 'PaymentDelayed'
    where p.status = 'PAYMENT_PROCESSING' and o.status not in ('DELIVERED', 'CANCELLED')
      and e.occurred_at < now() - payment_stuck_after
    union all
    select 'AWAITING_APPROVAL', o.id, o.customer_id, o.status, o.version, e.occurred_at
    from orders o join order_events e on e.order_id = o.id and e.type = 'ApprovalRequested'
    where o.status not in ('DELIVERED', 'CANCELLED') and o.approval = 'AWAITING_APPROVAL'
      and o.status_since < now() - stuck_after and e.occurred_at < now() - stuck_after
    union all
    select 'PROBLEMATIC', o.id, o.customer_id, o.status, o.version, w.since
    from orders o cross join lateral (
      select e.occurred_at as since from order_events e where e.order_id = o.id and e.type <> 'AlertRaised'
      order by e.version offset problematic_changes limit 1) as w
    where o.status not in ('DELIVERED', 'CANCELLED') and o.version > problematic_changes
  $$;
comment on function open_alerts is 'Open orders that somebody should look at, and why, beyond these limits.';
--> statement-breakpoint
-- An order that waited for a person is stuck only as long after the decision.
create or replace view stuck_orders as
  select o.id, o.customer_id, o.status, o.approval, o.status_since,
    extract(epoch from now() - o.status_since)::bigint as seconds_in_status, a.since as stuck_since
  from open_alerts() a join orders o on o.id = a.order_id where a.reason = 'STUCK';
--> statement-breakpoint
create view problematic_orders as
  select o.id, o.customer_id, o.status, o.failure_reason, c.changes, o.created_at, o.updated_at
  from orders o cross join lateral (
    select count(*)::integer as changes from order_events e where e.order_id = o.id and e.type <> 'AlertRaised') as c
  where o.version > 10 and c.changes > 10;
comment on view problematic_orders is 'Orders, open or settled, with more than 10 events; alerts do not count.';
--> statement-breakpoint
-- Repairs set rows to the fold of their events (db/verification.ts), which may need any transition; they say so for the
-- one statement that they are.
drop trigger orders_transition_allowed on orders;
--> statement-breakpoint
create trigger orders_transition_allowed before update of status on orders for each row
  when (old.status <> new.status and not order_transition_allowed(old.status, new.status)
    and coalesce(current_setting('steadfast.repair', true), '') <> 'on')
  execute function refuse_forbidden_transition();
