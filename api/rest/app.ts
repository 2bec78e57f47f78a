/** The HTTP application, apart from listening. */
import type { ServerOptions as HttpsOptions } from 'node:https';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { Authentication } from '../auth/authentication.ts';
import type { Sessions } from '../auth/sessions.ts';
import { dashboardRoutes } from '../pages/dashboard.ts';
import { answerUnreadableLink, trackingRoutes } from '../pages/tracking-routes.ts';
import type { CheckReadiness } from '../readiness.ts';
import { boundConnections, connectionBounds } from '../limits/connections.ts';
import { createLimits, type Limits } from '../limits/limits.ts';
import { SIZES, TIMES, USUAL_LIMITS } from '../limits/settings.ts';
import { createExposition, type ExposeMetrics } from '../../telemetry/metrics.ts';
import type { UseCases } from '../use-cases.ts';
import { asPublic, demandDeclaredAccess, guardRoutes } from './access.ts';
import { logRequests, requestIdOf } from './access-log.ts';
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
import { keyRoutes } from './keys.ts';
import { payloadDecodingRoutes } from './payload-decoding.ts';
import { allowedMethods } from './methods.ts';
import { metricsRoutes } from './metrics.ts';
import { describeRoute, finishOpenApi, openApi } from './openapi.ts';
import { orderCommandRoutes } from './order-commands.ts';
import { orderDifferenceRoutes } from './order-differences.ts';
import { orderCancellationRoutes } from './order-cancellation.ts';
import { orderExportRoutes } from './order-export.ts';
import { orderListRoutes } from './order-list.ts';
import { orderSearchRoutes } from './order-search.ts';
import { orderRoutes } from './orders.ts';
import { guardOpenServer } from './open-server.ts';
import type { StreamSettings } from './open-streams.ts';
import { paymentSimulatorRoutes } from './payment-simulator.ts';
import { answerUnknown, answerUnreadable, createErrorHandler } from './problems.ts';
import { processorRoutes } from './processors.ts';
import { productStatisticsRoutes } from './product-statistics.ts';
import { productRoutes } from './products.ts';
import { limitRequests } from './rate-limits.ts';
import { recentEventRoutes } from './recent-events.ts';
import { measureRequests } from './request-metrics.ts';
import { spanRequests } from './request-spans.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { answerClientError, limitSizes } from './sizes.ts';
import { sessionRoutes } from './session.ts';
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
  /** What `/metrics` answers; only what is measured of this process where absent. */
  readonly exposeMetrics?: ExposeMetrics | undefined;
  readonly logger: Logger;
  /** Tells who calls. */
  readonly authentication: Authentication;
  /** Sessions of the dashboard; none where absent. */
  readonly sessions?: Sessions | undefined;
  /** Where it listens; loopback where absent. */
  readonly http?: { readonly host: string } | undefined;
  /** Where people reach this server, where that is set. */
  readonly publicUrl?: string | undefined;
  /** How event streams are kept open; the usual way where absent. */
  readonly streams?: StreamSettings | undefined;
  /** The same of streams that tell how the system is. */
  readonly systemStreams?: SystemStreamSettings | undefined;
  /** What HTTPS is spoken with; plain HTTP where absent. */
  readonly tls?: HttpsOptions | undefined;
  /** What is counted of callers; the usual limits where absent. */
  readonly limits?: Limits | undefined;
  /** Addresses and networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; none where absent. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Origins whose pages may ask; none where absent. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Aborts when the server is about to stop: clients are told then to come back over another connection. */
  readonly draining?: AbortSignal | undefined;
}

const MOST_PARAMETER_LENGTH = 500;

/** Builds the application with all of its routes; it listens or is injected into afterwards. */
export async function buildHttpApp(dependencies: HttpDependencies): Promise<HttpApp> {
  const { useCases, readiness, logger, authentication, streams, systemStreams } = dependencies;
  const limits = dependencies.limits ?? createLimits(USUAL_LIMITS);
  const loggerInstance: FastifyBaseLogger = logger;
  const http = {
    maxHeaderSize: SIZES.headers,
    headersTimeout: TIMES.request,
    connectionsCheckingInterval: TIMES.look,
  };
  const plain = Fastify({
    loggerInstance,
    genReqId: requestIdOf,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: SIZES.body,
    connectionTimeout: TIMES.silence,
    requestTimeout: TIMES.request,
    keepAliveTimeout: TIMES.keepAlive,
    ...(dependencies.tls ? { https: { ...dependencies.tls, ...http } } : { http }),
    clientErrorHandler: answerClientError,
    trustProxy: dependencies.trustedProxies ? [...dependencies.trustedProxies] : false,
    forceCloseConnections: 'idle',
    // What comes over an open connection until the moment it closes is answered as ever.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      if (request.url.startsWith('/track/')) answerUnreadableLink(reply);
      else answerUnreadable(error, request, reply);
    },
    routerOptions: { maxParamLength: MOST_PARAMETER_LENGTH },
  });
  boundConnections(plain.server, connectionBounds(limits.settings));
  takeJsonBodies(plain);
  plain.addHook('onRequest', (_request, reply, done) => {
    if (dependencies.draining?.aborted) void reply.header('connection', 'close');
    done();
  });
  logRequests(plain, logger);
  measureRequests(plain);
  spanRequests(plain);
  const demandAccess = demandDeclaredAccess(plain);
  // Before routes are followed: that of CORS is none of ours.
  await addSecurityHeaders(plain, dependencies.corsOrigins);
  const methods = allowedMethods(plain);
  plain.setErrorHandler(createErrorHandler(logger, methods));
  limitSizes(plain);
  if (!authentication.isOn) guardOpenServer(plain, { ...dependencies, host: dependencies.http?.host });
  limitRequests(plain, limits);
  guardRoutes(plain, authentication, limits);
  plain.setNotFoundHandler(answerUnknown(methods));

  const app = plain.withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(compileValidator);
  // Answers are made by the presenter; their schemas are there for the OpenAPI document.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));

  await app.register(fastifySwagger, {
    openapi: openApi,
    transform: describeRoute,
    transformObject: finishOpenApi,
  });
  await asPublic(app, (scope) =>
    scope.register(fastifySwaggerUi, {
      routePrefix: '/docs',
      staticCSP: true,
      // The page must work over plain HTTP on other addresses than loopback, too, and needs nothing of other hosts.
      transformStaticCSP: (policy) =>
        policy.replaceAll(/upgrade-insecure-requests;?| https:| validator\.swagger\.io/g, ''),
      uiConfig: { validatorUrl: null, tryItOutEnabled: true },
      theme: { title: 'Steadfast', css: [{ filename: 'theme.css', content: '.swagger-ui .topbar { display: none }' }] },
    }),
  );
  await dashboardRoutes(app);
  await sessionRoutes(app, {
    authentication,
    sessions: dependencies.sessions,
    isPublicSecure: dependencies.publicUrl?.startsWith('https:') === true,
  });
  app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, () => app.swagger());
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
  keyRoutes(app, useCases);
  payloadDecodingRoutes(app, useCases);
  kafkaRoutes(app, useCases);
  healthRoutes(app, readiness);
  metricsRoutes(app, dependencies.exposeMetrics ?? createExposition());
  demandAccess();
  return app;
}
