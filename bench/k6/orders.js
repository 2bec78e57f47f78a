/**
 * The load profile of OrderStream for k6: 5 to 40 orders a second over about three and a half minutes, each order placed and
 * then read. The same load goes to the façade (`/orders`) or to `/api/orders`.
 *
 *   go install go.k6.io/k6@v1.8.1
 *   k6 run -e BASE_URL=http://127.0.0.1:3000 -e TARGET=facade bench/k6/orders.js
 *   k6 run -e BASE_URL=http://127.0.0.1:3000 -e TARGET=api bench/k6/orders.js
 *
 * DURATION_SCALE stretches or shortens the profile: `-e DURATION_SCALE=0.05` takes ten seconds. Ends with exit code 99 where
 * one request of a hundred or more fails, or where more than one in twenty takes longer than P95_MS (100 by default).
 */
/* global __ENV */
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';

const BASE_URL = (__ENV.BASE_URL || 'http://127.0.0.1:3000').replace(/\/+$/, '');
const SCALE = Number(__ENV.DURATION_SCALE || 1);
const P95_MS = Number(__ENV.P95_MS || 100);
const JSON_BODY = { 'Content-Type': 'application/json' };

/** How the two interfaces place and read an order. `catalogue` holds products as `/api/products` tells them. */
const TARGETS = {
  facade: {
    path: '/orders',
    body: (userId, lines) => ({
      userId,
      items: lines.map(({ product, quantity }) => ({ sku: product.id, qty: quantity, price: product.unit_price })),
      amount: totalOf(lines),
      currency: lines[0].product.currency,
    }),
    idOf: (answer) => answer.json('orderId'),
    readStatuses: [200, 202],
  },
  api: {
    path: '/api/orders',
    body: (userId, lines) => ({
      customer_id: userId,
      items: lines.map(({ product, quantity }) => ({ product_id: product.id, quantity })),
      total_amount: totalOf(lines),
    }),
    idOf: (answer) => answer.json('order_id'),
    readStatuses: [200],
  },
};
const target = TARGETS[__ENV.TARGET || 'facade'];
if (!target) throw new Error(`TARGET must be one of ${Object.keys(TARGETS).join(', ')}, not ${__ENV.TARGET}`);
if (!(SCALE > 0)) throw new Error(`DURATION_SCALE must be a number above 0, not ${__ENV.DURATION_SCALE}`);

const seconds = (length) => `${Math.max(1, Math.round(length * SCALE))}s`;

export const options = {
  scenarios: {
    orders: {
      executor: 'ramping-arrival-rate',
      startRate: 5,
      timeUnit: '1s',
      preAllocatedVUs: 50,
      maxVUs: 400,
      stages: [
        { target: 5, duration: seconds(30) },
        { target: 20, duration: seconds(60) },
        { target: 40, duration: seconds(60) },
        { target: 40, duration: seconds(60) },
      ],
    },
  },
  thresholds: {
    http_req_failed: ['rate<0.01'],
    checks: ['rate>0.99'],
    dropped_iterations: ['count==0'],
    'http_req_duration{name:place}': [`p(95)<${P95_MS}`],
    'http_req_duration{name:read}': [`p(95)<${P95_MS}`],
  },
};

/** Takes the products that can be ordered from the catalogue. */
export function setup() {
  const answer = http.get(`${BASE_URL}/api/products?page_size=500`);
  if (answer.status !== 200) exec.test.abort(`no catalogue at ${BASE_URL}: status ${answer.status}`);
  const products = answer.json('products').filter(({ available, unit_price }) => available > 0 && unit_price <= 500);
  if (products.length === 0) exec.test.abort('the catalogue has nothing to order');
  return products;
}

/** Places an order and reads it. */
export default function placeAndRead(products) {
  const place = exec.scenario.iterationInTest;
  const body = JSON.stringify(target.body(`user-${place % 500}`, chooseLines(products)));
  const placed = http.post(`${BASE_URL}${target.path}`, body, { headers: JSON_BODY, tags: { name: 'place' } });
  if (!check(placed, { 'placed: 201': ({ status }) => status === 201 })) return;
  const read = http.get(`${BASE_URL}${target.path}/${target.idOf(placed)}`, { tags: { name: 'read' } });
  check(read, { 'read: 200 or 202': ({ status }) => target.readStatuses.includes(status) });
}

/** One to three products of one currency, one to three of each. */
function chooseLines(products) {
  const first = products[Math.floor(Math.random() * products.length)];
  const others = products.filter(({ id, currency }) => id !== first.id && currency === first.currency);
  const chosen = [first, ...others.sort(() => Math.random() - 0.5).slice(0, Math.floor(Math.random() * 3))];
  return chosen.map((product) => ({ product, quantity: 1 + Math.floor(Math.random() * 3) }));
}

function totalOf(lines) {
  const total = lines.reduce((sum, { product, quantity }) => sum + product.unit_price * quantity, 0);
  return Number(total.toFixed(2));
}
