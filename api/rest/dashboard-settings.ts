/** `/api/dashboard/settings`: what the pages of the dashboard must know of the installation. */
import { z } from 'zod';
import type { UseCases } from '../use-cases.ts';
import type { HttpApp } from './http-app.ts';

const seconds = z.number();
const share = z.number().describe('From 0 to 1');

const settingsSchema: z.ZodType = z
  .object({
    version: z.string(),
    temporal_ui_url: z.string().optional(),
    temporal_namespace: z.string(),
    trace_url_template: z
      .string()
      .optional()
      .describe('Where a trace is found, with {trace_id} for its id')
      .meta({ example: 'http://127.0.0.1:16686/trace/{trace_id}' }),
    approval_limit: z.number().describe('Orders above it wait for a person; major units'),
    approval_timeout_seconds: seconds,
    stuck_after_seconds: seconds,
    payment_stuck_after_seconds: seconds,
    problematic_changes: z.int(),
    delays: z.object({ payment_seconds: seconds, preparation_seconds: seconds, delivery_seconds: seconds }),
    attempts: z
      .object({ payment: z.int(), carrier: z.int() })
      .describe('Unanswered attempts after which a payment or a booking is given up'),
    test_endpoints: z.boolean().describe('Whether /api/test may publish events and steer the payment simulator'),
    features: z.object({ kafka: z.boolean(), redis: z.boolean(), tracking: z.boolean() }),
    simulator: z
      .object({ success_rate: share, throw_rate: share })
      .optional()
      .describe('How the payment simulator is set, where it is the payment provider'),
  })
  .meta({ id: 'DashboardSettings' });

/** Adds the route. */
export function dashboardSettingsRoutes(app: HttpApp, { dashboardSettings }: UseCases): void {
  app.get(
    '/api/dashboard/settings',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'What the dashboard must know',
        description:
          'Settings of the installation that pages show or use. They are the same for as long as a server runs.',
        tags: ['operations'],
        operationId: 'getDashboardSettings',
        response: { 200: settingsSchema },
      },
    },
    (_request, reply) => reply.header('cache-control', 'no-cache').send(dashboardSettings),
  );
}
