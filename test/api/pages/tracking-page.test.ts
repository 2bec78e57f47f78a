import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trackingPage } from '../../../api/pages/tracking-page.ts';
import { toTrackingView } from '../../../api/pages/tracking-view.ts';
import { FAILURE_REASONS } from '../../../domain/failure-reason.ts';
import { orderEvents } from '../../domain/order-events.ts';
import { cancelled, INTERNAL, STEPS, textOf, track } from './tracked-order.ts';

const { checked, approved, denied, reserved, rejected, delayed, paid, declined } = STEPS;
const { shipped, moved, out, delivered, refunded, alerted } = STEPS;
const show = (...order: Parameters<typeof track>) => trackingPage(toTrackingView(track(...order)));
const headlineOf = (html: string) => textOf(/<h1>[\s\S]*?<\/h1>/.exec(html)?.[0] ?? '');
const stepsOf = (html: string) =>
  [...html.matchAll(/<li\s+class="(done|current|ahead)"([^>]*)>\s*<span class="name">([^<]*)/g)].map(
    ([, state, attributes = '', name]) => `${name} ${state}${attributes.includes('aria-current="step"') ? ' *' : ''}`,
  );

describe('the page says in plain words', () => {
  it.each([
    ['an accepted order', [], 'We have your order', 'setting your items aside'],
    ['one that waits for approval', [checked], 'We are checking your order', 'Nothing has been charged'],
    ['an approved one', [checked, approved], 'We have your order', 'setting your items aside'],
    ['reserved stock', [reserved], 'We have your order', 'The payment comes next'],
    ['a delayed payment', [reserved, delayed], 'Waiting for the payment', 'nothing for you to do'],
    ['a paid order', [reserved, paid], 'Being prepared', 'Your payment is in'],
    ['a shipped one', [reserved, paid, shipped], 'On its way', 'Northline'],
    ['one with news', [reserved, paid, shipped, moved], 'On its way', 'Your parcel is at Hub Leipzig'],
    ['one out for delivery', [reserved, paid, shipped, moved, out], 'Out for delivery', 'last stretch'],
    ['a delivered one', [reserved, paid, shipped, delivered], 'Delivered on 1 January 2026', 'has arrived'],
    [
      'a refunded one',
      [reserved, paid, cancelled('CANCELLED_ON_REQUEST', true)[0]!, refunded, ...cancelled('CANCELLED_ON_REQUEST')],
      'Cancelled – your payment was refunded',
      'We have refunded $89.48 to you.',
    ],
    [
      'one that is being cancelled',
      [reserved, paid, cancelled('CANCELLED_ON_REQUEST', true)[0]!],
      'Being cancelled',
      'Your payment of $89.48 will be refunded.',
    ],
    ['sold out', [rejected, ...cancelled('OUT_OF_STOCK')], 'Cancelled', 'sold out. You were not charged.'],
    ['declined', [reserved, declined, ...cancelled('PAYMENT_DECLINED', true)], 'Cancelled', 'declined. You were not'],
    ['no carrier', [reserved, paid, refunded, ...cancelled('SHIPMENT_UNAVAILABLE')], 'Cancelled – your', 'no carrier'],
    [
      'denied',
      [checked, denied, ...cancelled('APPROVAL_DENIED')],
      'Cancelled',
      'could not accept this order. You were',
    ],
    ['not checked', [checked, denied, ...cancelled('APPROVAL_TIMED_OUT')], 'Cancelled', 'could not check this order'],
  ] as const)('%s', (_, steps, headline, words) => {
    const page = show(steps);
    expect(headlineOf(page)).toContain(headline);
    expect(textOf(page)).toContain(words);
    expect(page).not.toMatch(INTERNAL);
  });

  it('every reason of a cancelled order, and whether money came back', () => {
    const words = FAILURE_REASONS.map((reason) => textOf(show(cancelled(reason))));
    expect(new Set(words).size).toBe(FAILURE_REASONS.length);
    for (const text of words) expect(text).toContain('You were not charged.');
    for (const reason of FAILURE_REASONS) {
      const page = show([reserved, paid, refunded, ...cancelled(reason)]);
      expect(textOf(page)).toContain('We have refunded $89.48 to you.');
      expect(page).not.toMatch(INTERNAL);
    }
  });

  it('while a cancellation is under way never that nothing was charged, where that is not known', () => {
    const [requested] = cancelled('PAYMENT_UNAVAILABLE', true);
    for (const steps of [[reserved], [reserved, delayed], [reserved, declined]])
      expect(textOf(show([...steps, requested!]))).toContain('If anything was charged, you get it back.');
  });
});

describe('the page shows', () => {
  it('how far the order is, with the step where it stands marked for assistive technology', () => {
    expect(stepsOf(show([]))).toEqual([
      'Ordered current *',
      'Being prepared ahead',
      'On its way ahead',
      'Delivered ahead',
    ]);
    expect(stepsOf(show([reserved, paid, shipped]))).toEqual([
      'Ordered done',
      'Being prepared done',
      'On its way current *',
      'Delivered ahead',
    ]);
    expect(stepsOf(show([reserved, paid, shipped, delivered])).at(-1)).toBe('Delivered current *');
    expect(stepsOf(show([reserved, paid, refunded, ...cancelled('SHIPMENT_UNAVAILABLE')]))).toEqual([
      'Ordered done',
      'Being prepared done',
      'Cancelled current *',
    ]);
  });

  it('carrier, tracking number, location and estimated delivery once it is shipped', () => {
    expect(textOf(show([reserved, paid]))).not.toContain('Your parcel Estimated');
    expect(textOf(show([reserved, paid, shipped, moved]))).toContain(
      'Your parcel Estimated delivery 5 January 2026, 10:30 UTC Last seen Hub Leipzig Carrier Northline ' +
        'Tracking number TRACK-a1b2c3d4',
    );
    expect(textOf(show([reserved, paid, shipped, delivered]))).not.toContain('Estimated delivery');
  });

  it('what happened, the latest first, each with its moment', () => {
    const page = show([reserved, paid, shipped, out, moved, alerted]);
    const news = textOf(/<ol class="news">[\s\S]*?<\/ol>/.exec(page)![0]);
    expect(news).toBe(
      'Your parcel is at Hub Leipzig 1 January 2026, 12:05 UTC Your parcel is out for delivery 1 January 2026, 12:04 UTC ' +
        'Your parcel was handed to Northline 1 January 2026, 12:03 UTC Your payment of $89.48 was received 1 January 2026, ' +
        '12:02 UTC Your items were set aside 1 January 2026, 12:01 UTC We received your order 1 January 2026, 12:00 UTC',
    );
    expect(textOf(page)).toContain('Latest news Your parcel is at Hub Leipzig 1 January 2026, 12:05 UTC');
    expect(page).toContain('datetime="2026-01-01T12:05:00.000Z"');
  });

  it('the items by name with the total, in the currency of the order', () => {
    expect(textOf(show([]))).toContain('Enamel mug 2 $39.98 Wool blanket 1 $49.50 Total $89.48');
    expect(textOf(show([], { currency: 'JPY' }))).toContain('Total ¥8,948');
    expect(textOf(show([], { currency: 'KWD' }))).toMatch(/Total KWD\s8\.948/);
  });
});

it('whatever happens to an order, its page tells nothing of the inside', () => {
  fc.assert(
    fc.property(orderEvents, ({ events }) => {
      const secrets = events.flatMap(({ eventId, data }) => [
        eventId,
        ...('payment_id' in data ? [data.payment_id] : []),
        ...('shipment_id' in data ? [data.shipment_id] : []),
        ...('provider_reference' in data ? [data.provider_reference] : []),
        ...('failure_reason' in data ? [data.failure_reason] : []),
      ]);
      const page = trackingPage(toTrackingView({ events, productNames: new Map() }));
      for (const secret of secrets.filter((text) => text.length > 8)) expect(page).not.toContain(secret);
      expect(headlineOf(page)).not.toBe('');
      expect(stepsOf(page).filter((step) => step.endsWith('*'))).toHaveLength(1);
    }),
  );
});

describe('hostile text', () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror='alert(1)'>&!\${x}`;

  it('in names of products, carriers and locations stays text', () => {
    const order = track([
      reserved,
      paid,
      ['ShippingScheduled', { ...shipped[1], carrier: hostile, tracking_number: hostile }],
      ['ShipmentMoved', { ...moved[1], location: hostile }],
    ]);
    const page = trackingPage(toTrackingView({ ...order, productNames: new Map([['prod-001', hostile]]) }));
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('<img');
    expect(page).not.toContain('onerror=');
    expect(page.match(/&#60;script&#62;/g)!.length).toBeGreaterThanOrEqual(5);
  });

  it('of a product without name is escaped as well', () => {
    const page = show([], { items: [{ product_id: hostile, quantity: 1, unit_price_minor: 8948 }] });
    expect(page.match(/<script/g)).toHaveLength(1);
  });
});

it('the page is whole without its script and has nothing inline', () => {
  const page = show([reserved, paid, shipped]);
  expect(page).toMatch(/<a class="refresh" href="">Refresh<\/a>/);
  expect(page).not.toMatch(/<style|\sstyle=|<script>|\son\w+=/);
  expect(page).toMatch(/<html lang="en">/);
});
