import { expect, it } from 'vitest';
import { presentDetails, presentTime } from '../../api/present.ts';
import type { Order } from '../../domain/order.ts';

const order: Order = {
  id: 'order-1',
  customerId: 'c',
  status: 'SHIPPED',
  totalMinor: 1500,
  currency: 'JPY',
  paymentMethod: 'CREDIT_CARD',
  lines: [{ productId: 'p', quantity: 3, unitPriceMinor: 500 }],
  approval: 'NOT_REQUIRED',
  failureReason: null,
  statusDetails: null,
  statusSince: '2026-01-01T00:00:00.000Z',
  version: 4,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.120Z',
  payment: { id: 'pay', status: 'PAYMENT_COMPLETED', amountMinor: 1500, method: 'CREDIT_CARD' },
  shipment: {
    id: 'ship',
    trackingNumber: 'TRACK-a1b2c3d4',
    carrier: 'Northline',
    status: 'SHIPMENT_IN_TRANSIT',
    currentLocation: null,
    estimatedDelivery: '2026-01-02T00:00:00.000Z',
  },
};

it('amounts stand in minor and in major units of their currency', () => {
  const { order: message, payment_info } = presentDetails(order);
  expect(message).toMatchObject({ total_minor: 1500, total_amount: 1500, items: [{ unit_price: 500 }] });
  expect(payment_info).toMatchObject({ amount: 1500, amount_minor: 1500, currency: 'JPY' });
});

it('payment and shipment are absent until they exist', () => {
  const answer = JSON.parse(JSON.stringify(presentDetails({ ...order, payment: null, shipment: null }))) as object;
  expect(Object.keys(answer)).toEqual(['order']);
});

it('moments are written as protobuf JSON writes them', () => {
  expect(presentTime('2026-01-01T00:00:00.000Z')).toBe('2026-01-01T00:00:00Z');
  expect(presentTime('2026-01-01T00:00:00.120Z')).toBe('2026-01-01T00:00:00.120Z');
});
