/** The shop by REST. */
import { z } from 'zod';
import type { Wish } from './intent.ts';
import { type Answer, PATIENCE_MS, type SeenOrder, type Shop } from './shop.ts';

const answerSchema = z.object({
  order: z.object({
    id: z.string(),
    customer_id: z.string(),
    status: z.string(),
    total_minor: z.number(),
    version: z.number(),
  }),
});
const problemSchema = z.object({ code: z.string().optional(), detail: z.string().optional() });

/** The request that asks for each wish. */
const REQUESTS: Readonly<Record<Wish, { path: string; body: object }>> = {
  cancel: { path: 'cancel', body: { reason: 'changed my mind' } },
  confirm: { path: 'confirm', body: {} },
  deliver: { path: 'status', body: { status: 'DELIVERED' } },
  approve: { path: 'status', body: { status: 'accepted' } },
  deny: { path: 'status', body: { status: 'denied', reason: 'too much' } },
};
/** Worth another try: too many requests, and errors of the server. */
const isTransient = (status: number) => status === 429 || status >= 500;

/** Goes to the shop at a URL. */
export function createRestShop(url: string): Shop {
  const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    try {
      const answer = await fetch(`${url}/api/orders${path}`, {
        method,
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      return read(answer.status, await answer.text());
    } catch (error) {
      return { kind: 'unknown', reason: reasonOf(error) } as const;
    }
  };
  return {
    place: ({ customerId, lines, orderId, idempotencyKey }) =>
      send(
        'POST',
        '',
        { customer_id: customerId, items: lines, ...(orderId !== undefined && { order_id: orderId }) },
        idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
      ),
    read: (orderId) => send('GET', `/${orderId}`),
    ask: (orderId, wish) => send('PUT', `/${orderId}/${REQUESTS[wish].path}`, REQUESTS[wish].body),
    close: () => undefined,
  };
}

function read(status: number, text: string): Answer {
  if (isTransient(status)) return { kind: 'unknown', reason: `${status}` };
  const json: unknown = JSON.parse(text);
  if (status < 300) {
    const { order } = answerSchema.parse(json);
    return { kind: status === 202 ? 'begun' : 'done', order: seen(order) };
  }
  const { code = '', detail = '' } = problemSchema.parse(json);
  return { kind: 'refused', reason: `${status} ${code} ${detail}`.trim() };
}

function seen(order: z.infer<typeof answerSchema>['order']): SeenOrder {
  const { id, customer_id: customerId, status, total_minor: totalMinor, version } = order;
  return { id, customerId, status, totalMinor, version };
}

function reasonOf(error: unknown): string {
  const { cause, name, message } = error as Error;
  return (cause as { code?: string } | undefined)?.code ?? `${name}: ${message}`;
}
