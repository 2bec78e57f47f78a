/** The HTTP application, apart from listening. */
import fastifyRateLimit from '@fastify/rate-limit';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { jsonSchemaTransform, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { dashboardRoutes } from '../pages/dashboard.ts';
import { answerUnreadableLink, trackingRoutes } from '../pages/tracking-routes.ts';
import type { CheckReadiness } from '../readiness.ts';
import type { UseCases } from '../use-cases.ts';
import { asyncApiRoutes } from './asyncapi.ts';
import { alertRoutes } from './alerts.ts';
import { auditRoutes } from './audit.ts';
import { takeJsonBodies } from './body.ts';
import { dashboardSettingsRoutes } from './dashboard-settings.ts';
import { eventStreamRoutes } from './event-stream.ts';
import { facadeRoutes } from './facade.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { healthRoutes } from './health.ts';
import type { HttpApp } from './http-app.ts';
import { customerRoutes } from './customers.ts';
import { kafkaRoutes } from './kafka.ts';
import { allowedMethods } from './methods.ts';
import { finishOpenApi, openApi } from './openapi.ts';
import { orderCommandRoutes } from './order-commands.ts';
import { orderDifferenceRoutes } from './order-differences.ts';
import { orderCancellationRoutes } from './order-cancellation.ts';
import { orderExportRoutes } from './order-export.ts';
import { orderListRoutes } from './order-list.ts';
import { orderSearchRoutes } from './order-search.ts';
import { orderRoutes } from './orders.ts';
import type { StreamSettings } from './open-streams.ts';
import { paymentSimulatorRoutes } from './payment-simulator.ts';
import { answerUnknown, answerUnreadable, createErrorHandler } from './problems.ts';
import { processorRoutes } from './processors.ts';
import { productStatisticsRoutes } from './product-statistics.ts';
import { productRoutes } from './products.ts';
import { recentEventRoutes } from './recent-events.ts';
import { shipmentRoutes } from './shipments.ts';
import { statusViewRoutes } from './status-view.ts';
import { statisticsRoutes } from './statistics.ts';
import { systemRoutes, type SystemStreamSettings } from './system.ts';
import { compileValidator } from './validation.ts';
import { verificationRoutes } from './verification.ts';
import { webhookRoutes } from './webhooks.ts';

/** What the application works with. */
export interface HttpDependencies {
  readonly useCases: UseCases;
  readonly readiness: CheckReadiness;
  readonly logger: Logger;
  /** How event streams are kept open; the usual way where absent. */
  readonly streams?: StreamSettings | undefined;
  /** The same of streams that tell how the system is. */
  readonly systemStreams?: SystemStreamSettings | undefined;
}

const MOST_BODY_BYTES = 1_048_576;
const MOST_PARAMETER_LENGTH = 500;

/** Builds the application with all of its routes; it listens or is injected into afterwards. */
export async function buildHttpApp(dependencies: HttpDependencies): Promise<HttpApp> {
  const { useCases, readiness, logger, streams, systemStreams } = dependencies;
  const loggerInstance: FastifyBaseLogger = logger;
  const plain = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MOST_BODY_BYTES,
    connectionTimeout: 60_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      if (request.url.startsWith('/track/')) answerUnreadableLink(reply);
      else answerUnreadable(error, request, reply);
    },
    routerOptions: { maxParamLength: MOST_PARAMETER_LENGTH },
  });
  takeJsonBodies(plain);
  plain.setErrorHandler(createErrorHandler(logger));
  const methods = allowedMethods(plain);
  plain.setNotFoundHandler(answerUnknown(methods));

  const app = plain.withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(compileValidator);
  // Answers are made by the presenter; their schemas are there for the OpenAPI document.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));

  // Only of routes that say so.
  await app.register(fastifyRateLimit, { global: false });
  await app.register(fastifySwagger, {
    openapi: openApi,
    transform: jsonSchemaTransform,
    transformObject: finishOpenApi,
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // The page must work over plain HTTP on other addresses than loopback, too.
    transformStaticCSP: (policy) => policy.replace(/upgrade-insecure-requests;?/, ''),
    uiConfig: { validatorUrl: null, tryItOutEnabled: true },
    theme: { title: 'Steadfast', css: [{ filename: 'theme.css', content: '.swagger-ui .topbar { display: none }' }] },
  });
  await dashboardRoutes(app);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  orderRoutes(app, useCases);
  orderListRoutes(app, useCases);
  orderExportRoutes(app, useCases);
  orderCancellationRoutes(app, useCases);
  orderCommandRoutes(app, useCases);
  orderDifferenceRoutes(app, useCases);
  verificationRoutes(app, useCases);
  statusViewRoutes(app, useCases);
  alertRoutes(app, useCases);
  shipmentRoutes(app, useCases);
  productRoutes(app, useCases);
  facadeRoutes(app, useCases);
  orderSearchRoutes(app, useCases);
  customerRoutes(app, useCases);
  productStatisticsRoutes(app, useCases);
  statisticsRoutes(app, useCases);
  processorRoutes(app, useCases, readiness);
  systemRoutes(app, useCases, systemStreams);
  dashboardSettingsRoutes(app, useCases);
  paymentSimulatorRoutes(app, useCases);
  asyncApiRoutes(app);
  webhookRoutes(app, useCases);
  eventStreamRoutes(app, useCases, streams);
  recentEventRoutes(app, useCases);
  await trackingRoutes(app, { useCases, allowedMethods: methods, logger, streams });
  deadLetterRoutes(app, useCases);
  auditRoutes(app, useCases);
  kafkaRoutes(app, useCases);
  healthRoutes(app, readiness);
  return app;
}
