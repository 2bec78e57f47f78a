/** `/api/test/payment-simulator`: how the built-in payment simulator behaves, and steering it while it runs. */
import { z } from 'zod';
import type { PaymentSimulatorState } from '../payment-simulator.ts';
import { presentTime } from '../present.ts';
import type { UseCases } from '../use-cases.ts';
import { actorHeaders, actorOf } from './actor.ts';
import { problems } from './answers.ts';
import type { HttpApp } from './http-app.ts';

const share = z.number().describe('From 0 to 1').meta({ minimum: 0, maximum: 1 });
const rates = {
  success_rate: share.describe('Share of charges that are captured; the others are declined'),
  throw_rate: share.describe('Share of attempts that meet an outage'),
};

const stateSchema: z.ZodType = z
  .object({
    ...rates,
    source: z.enum(['settings', 'override']).describe('Whether the settings count, or what somebody has set since'),
    settings: z.object(rates).describe('PAYMENT_SUCCESS_RATE and PAYMENT_THROW_RATE'),
    changed_by: z.string().optional(),
    changed_at: z.iso.datetime().optional(),
  })
  .meta({ id: 'PaymentSimulator' });

const change = z.strictObject({ success_rate: rates.success_rate.optional(), throw_rate: rates.throw_rate.optional() });

const PATH = '/api/test/payment-simulator';
const tags = ['health'];
const ONLY_WHERE = 'Only where ENABLE_TEST_ENDPOINTS is true, for server and workers; else 404.';

/** Adds the routes; those that change something are there to say so where it is not allowed, too. */
export function paymentSimulatorRoutes(app: HttpApp, { paymentSimulator }: UseCases): void {
  app.get(
    PATH,
    {
      config: { access: 'operator' },
      schema: {
        summary: 'How the payment simulator behaves',
        description: 'The built-in payment provider: how many charges it captures, and how often it does not answer.',
        tags,
        operationId: 'getPaymentSimulator',
        response: { 200: stateSchema, ...problems(503) },
      },
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').send(present(await paymentSimulator.get())),
  );

  app.put(
    PATH,
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Steer the payment simulator',
        description:
          'Sets the rates that are given, for the next attempt of every charge: with throw_rate 1 the provider is away, with ' +
          `0 the payments that wait go through at their next try. A charge that was decided stays so. ${ONLY_WHERE}`,
        tags,
        operationId: 'changePaymentSimulator',
        headers: actorHeaders,
        body: change,
        response: { 200: stateSchema, ...problems(400, 404, 413, 415, 503) },
      },
    },
    async (request) => {
      const { success_rate: successRate, throw_rate: throwRate } = request.body;
      return present(await paymentSimulator.change({ successRate, throwRate }, actorOf(request)));
    },
  );

  app.delete(
    PATH,
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Let the payment simulator go by its settings',
        description: `Forgets what was set while it was running. ${ONLY_WHERE}`,
        tags,
        operationId: 'resetPaymentSimulator',
        headers: actorHeaders,
        response: { 200: stateSchema, ...problems(400, 404, 503) },
      },
    },
    async (request) => present(await paymentSimulator.reset(actorOf(request))),
  );
}

function present({ rates: now, settings, override }: PaymentSimulatorState) {
  return {
    success_rate: now.successRate,
    throw_rate: now.throwRate,
    source: override ? 'override' : 'settings',
    settings: { success_rate: settings.successRate, throw_rate: settings.throwRate },
    changed_by: override?.changedBy,
    changed_at: override && presentTime(override.changedAt),
  };
}
