import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import Fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../api/auth/identity.ts';
import { createStreamGuard } from '../../../api/auth/stream-guard.ts';
import { createExportOrders, type ExportOrders } from '../../../api/export-orders.ts';
import { orderExportRoutes } from '../../../api/rest/order-export.ts';
import { createErrorHandler } from '../../../api/rest/problems.ts';
import { compileValidator } from '../../../api/rest/validation.ts';
import type { UseCases } from '../../../api/use-cases.ts';
import { findOrder } from '../../../db/order-reads.ts';
import { acceptOrders } from '../../../db/orders.ts';
import type { Order } from '../../../domain/order.ts';
import { accept, acceptAs, makeOrder } from '../../db/order-fixture.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';
import { startApi, type TestApi } from '../support.ts';

const { db, url } = await createTestDatabase();
let api: TestApi;

beforeAll(async () => {
  api = await startApi({ databaseUrl: url });
});

const rowsOf = (text: string) => text.trimEnd().split('\r\n');

describe('the file', () => {
  it('has a header and the orders of the list in its sort', async () => {
    const cheap = await acceptAs(db, 'DELIVERED', {
      customerId: 'exporter',
      lines: [{ productId: 'prod-001', quantity: 1 }],
    });
    await accept(db, { customerId: 'exporter', lines: [{ productId: 'prod-001', quantity: 2 }] });
    const { status, headers, text } = await api.request('GET', '/api/orders.csv?customer_id=exporter&sort=-total');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="orders-\d{4}-\d\d-\d\d\.csv"$/);
    const [header, dearer, cheaper, ...rest] = rowsOf(text);
    expect(header).toBe(
      'id,customer_id,status,approval,failure_reason,total_amount,total_minor,currency,items,payment_status,' +
        'payment_method,tracking_number,carrier,created_at,updated_at',
    );
    expect(dearer).toContain(',exporter,PENDING,NOT_REQUIRED,,39.98,3998,USD,1,,CREDIT_CARD,,,20');
    expect(cheaper).toContain(
      `${cheap},exporter,DELIVERED,NOT_REQUIRED,,19.99,1999,USD,1,PAYMENT_COMPLETED,CREDIT_CARD,TRACK-`,
    );
    expect(rest).toEqual([]);
  });

  it('has the header alone where nothing matches', async () => {
    const { text } = await api.request('GET', '/api/orders.csv?customer_id=nobody');
    expect(rowsOf(text)).toHaveLength(1);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)'])(
    'has no cell that a spreadsheet takes for a formula, such as %s',
    async (customerId) => {
      await accept(db, { customerId });
      const { text } = await api.request('GET', `/api/orders.csv?customer_id=${encodeURIComponent(customerId)}`);
      expect(rowsOf(text)[1]).toContain(`,'${customerId},`);
    },
  );

  it('has quotes around what has commas and quotes', async () => {
    await accept(db, { customerId: 'a "b", c' });
    const { text } = await api.request('GET', `/api/orders.csv?search=${encodeURIComponent('a "b", c')}`);
    expect(rowsOf(text)[1]).toContain(',"a ""b"", c",');
  });

  it('has every order once, over many pages', async () => {
    const orders = Array.from({ length: 2500 }, () => makeOrder({ customerId: 'many' }));
    await acceptOrders(db, orders);
    const { text } = await api.request('GET', '/api/orders.csv?customer_id=many&sort=created_at');
    const ids = rowsOf(text)
      .slice(1)
      .map((row) => row.split(',')[0]);
    expect(ids.toSorted()).toEqual(orders.map(({ orderId }) => orderId).sort());
  });

  it('is refused for a filter that breaks rules', async () => {
    expect(await api.request('GET', '/api/orders.csv?sort=price')).toMatchObject({
      status: 400,
      body: { violations: [{ field: 'sort' }] },
    });
    expect(await api.request('GET', '/api/orders.csv?page_size=1')).toMatchObject({ status: 400 });
  });

  it('ends where it has the most orders', async () => {
    const pages = createExportOrders({ db }, { most: 12, pageSize: 5 })(
      { customerId: 'many' },
      { field: 'total', isDescending: true },
    );
    const sizes: number[] = [];
    for await (const page of pages) sizes.push(page.length);
    expect(sizes).toEqual([5, 5, 2]);
  });
});

describe('while a file is written', async () => {
  const order = (await findOrder(db, await accept(db)))!;
  const page: Order[] = Array.from({ length: 1000 }, () => order);
  const open = { pages: 0, ended: 0 };

  /** Pages without end, unless something fails or the reader leaves. */
  async function* endless(fails: boolean): AsyncGenerator<Order[], void> {
    try {
      for (;;) {
        await new Promise(setImmediate);
        open.pages += 1;
        yield page;
        if (fails && open.pages > 3) throw new Error('the database went away');
      }
    } finally {
      open.ended += 1;
    }
  }

  async function serve(
    exportOrders: ExportOrders,
    { identity, withinMs }: { identity?: Identity; withinMs?: number } = {},
  ): Promise<{ url: string; close: () => Promise<void> }> {
    const app = Fastify({ forceCloseConnections: true }).withTypeProvider<ZodTypeProvider>();
    app.setValidatorCompiler(compileValidator);
    app.setErrorHandler(createErrorHandler(pino({ level: 'silent' }), () => []));
    app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
    if (identity) {
      const streams = createStreamGuard();
      afterAll(streams.close);
      app.decorate('streamGuard', streams);
      app.decorateRequest('identity', null);
      app.addHook('onRequest', (request, _reply, done) => {
        request.identity = identity;
        done();
      });
    }
    orderExportRoutes(app, { exportOrders } as UseCases, withinMs);
    await app.listen({ host: '127.0.0.1', port: 0 });
    afterAll(() => app.close());
    const { port } = app.server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/api/orders.csv`, close: () => app.close() };
  }

  it('an error cuts the connection, so that a part is not taken for the whole', async () => {
    const server = await serve(() => endless(true));
    const response = await fetch(server.url);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('an error before the first line is a problem', async () => {
    const server = await serve(() => {
      throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
    });
    expect((await fetch(server.url)).status).toBe(503);
    // eslint-disable-next-line require-yield, @typescript-eslint/require-await
    const late = await serve(async function* () {
      throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
    });
    expect((await fetch(late.url)).status).toBe(503);
  });

  it('no more is read than the client takes, and nothing any more once it has left', async () => {
    const server = await serve(() => endless(false));
    const { ended } = open;
    const leaving = new AbortController();
    const response = await fetch(server.url, { signal: leaving.signal });
    const reader = response.body!.getReader();
    await reader.read();
    let before = -1;
    await until('the pages wait for the client', () => {
      const stands = open.pages === before;
      before = open.pages;
      return Promise.resolve(stands);
    });
    expect(open.pages).toBeLessThan(200);
    leaving.abort();
    await until('reading ends', () => Promise.resolve(open.ended === ended + 1));
  });

  it('it is cut off when its key is revoked', async () => {
    let isValid = true;
    const caller = { kind: 'api_key', id: 'ada', role: 'operator' } as const;
    const identity = { caller, expiresAt: undefined, isValid: () => Promise.resolve(isValid) };
    const server = await serve(() => endless(false), { identity });
    const { ended } = open;
    const response = await fetch(server.url);
    const text = response.text();
    isValid = false;
    await expect(text).rejects.toThrow();
    await until('reading ends', () => Promise.resolve(open.ended === ended + 1));
  });

  it('its caller gets no other one', async () => {
    const caller = { kind: 'api_key', id: 'ada', role: 'operator' } as const;
    const identity = { caller, expiresAt: undefined, isValid: () => Promise.resolve(true) };
    const server = await serve(() => endless(false), { identity });
    const leaving = new AbortController();
    await fetch(server.url, { signal: leaving.signal });
    const refused = await fetch(server.url);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    leaving.abort();
    const next = await until('the next one is written', async () => {
      const response = await fetch(server.url);
      return response.status === 200 && response;
    });
    await next.body?.cancel();
  });

  it('it is cut off after its time', async () => {
    const server = await serve(() => endless(false), { withinMs: 300 });
    const response = await fetch(server.url);
    await expect(response.text()).rejects.toThrow();
  });

  it('stopping the server cuts it off, and a few at once are the most', async () => {
    const server = await serve(() => endless(false));
    const responses = await Promise.all([1, 2, 3, 4].map(() => fetch(server.url)));
    const refused = await fetch(server.url);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('10');
    const texts = responses.map((response) =>
      response.text().then(
        () => 'whole',
        () => 'cut',
      ),
    );
    await server.close();
    expect(await Promise.all(texts)).toEqual(['cut', 'cut', 'cut', 'cut']);
  });
});
