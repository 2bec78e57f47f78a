/** The HTTP application, apart from listening. */
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { jsonSchemaTransform, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { CheckReadiness } from '../readiness.ts';
import type { UseCases } from '../use-cases.ts';
import { takeJsonBodies } from './body.ts';
import { healthRoutes } from './health.ts';
import type { HttpApp } from './http-app.ts';
import { allowedMethods } from './methods.ts';
import { finishOpenApi, openApi } from './openapi.ts';
import { orderCommandRoutes } from './order-commands.ts';
import { orderRoutes } from './orders.ts';
import { answerUnknown, answerUnreadable, createErrorHandler } from './problems.ts';
import { productRoutes } from './products.ts';
import { shipmentRoutes } from './shipments.ts';
import { compileValidator } from './validation.ts';

/** What the application works with. */
export interface HttpDependencies {
  readonly useCases: UseCases;
  readonly readiness: CheckReadiness;
  readonly logger: Logger;
}

const MOST_BODY_BYTES = 1_048_576;
const MOST_PARAMETER_LENGTH = 500;

/** Builds the application with all of its routes; it listens or is injected into afterwards. */
export async function buildHttpApp({ useCases, readiness, logger }: HttpDependencies): Promise<HttpApp> {
  const loggerInstance: FastifyBaseLogger = logger;
  const plain = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MOST_BODY_BYTES,
    connectionTimeout: 60_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    frameworkErrors: answerUnreadable,
    routerOptions: { maxParamLength: MOST_PARAMETER_LENGTH },
  });
  takeJsonBodies(plain);
  plain.setErrorHandler(createErrorHandler(logger));
  plain.setNotFoundHandler(answerUnknown(allowedMethods(plain)));

  const app = plain.withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(compileValidator);
  // Answers are made by the presenter; their schemas are there for the OpenAPI document.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));

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
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs'));
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  orderRoutes(app, useCases);
  orderCommandRoutes(app, useCases);
  shipmentRoutes(app, useCases);
  productRoutes(app, useCases);
  healthRoutes(app, readiness);
  return app;
}
