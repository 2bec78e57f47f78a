/** Sending spans to a collector over OTLP/HTTP. Loaded only where one is configured. */
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Logger } from 'pino';
import { cleanSpans } from './clean-spans.ts';
import { wantSpans } from './spans.ts';

/** Where spans go and what they say of this process. */
export interface TracingOptions {
  /** Where the collector is, without `/v1/traces`. */
  readonly endpoint: string;
  /** Of how many traces that begin here one is kept, from 0 to 1; a request that brings a trace has decided. */
  readonly sampleRate: number;
  /** Such as `steadfast-server`. */
  readonly serviceName: string;
  readonly version: string;
  readonly logger: Logger;
}

/** Tracing that was started. */
export interface Tracing {
  readonly resource: Resource;
  /** What takes spans that end; those of workflows come from their sandbox. */
  readonly processor: SpanProcessor;
  /** Sends what is left, for at most a moment. Never throws. */
  readonly close: () => Promise<void>;
}

/** What waits for a collector that is slow or away; more is dropped. */
const MOST_WAITING = 4096;
const BATCH = 512;
const SEND_AFTER_MS = 1000;
const SEND_WITHIN_MS = 5000;
const CLOSE_WITHIN_MS = 2000;
const COMPLAIN_EVERY_MS = 60_000;

/** Starts tracing in this process. A collector that is away costs spans and a warning a minute, nothing else. */
export function startTracing({ endpoint, sampleRate, serviceName, version, logger }: TracingOptions): Tracing {
  const complain = complainSometimes(logger, endpoint);
  diag.setLogger(
    { error: complain, warn: complain, info: () => undefined, debug: () => undefined, verbose: () => undefined },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  setGlobalErrorHandler(complain);
  const resource = resourceFromAttributes({
    [ATTR_SERVICE_NAME]: serviceName,
    [ATTR_SERVICE_VERSION]: version,
    [ATTR_SERVICE_INSTANCE_ID]: `${serviceName}-${process.pid}`,
  });
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: SEND_WITHIN_MS,
    concurrencyLimit: 2,
  });
  const processor = cleanSpans(
    new BatchSpanProcessor(exporter, {
      maxQueueSize: MOST_WAITING,
      maxExportBatchSize: BATCH,
      scheduledDelayMillis: SEND_AFTER_MS,
      exportTimeoutMillis: SEND_WITHIN_MS,
    }),
  );
  const provider = new NodeTracerProvider({
    resource,
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRate) }),
    spanProcessors: [processor],
  });
  // With the W3C propagator and a context that follows promises.
  provider.register();
  wantSpans();
  return {
    resource,
    processor,
    close: async () => {
      const { promise: patience, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, CLOSE_WITHIN_MS);
      await Promise.race([provider.shutdown().catch(complain), patience]);
      clearTimeout(timer);
    },
  };
}

/** Logs why spans are lost, at most once a minute; what stands in spans is not repeated. */
function complainSometimes(logger: Logger, endpoint: string): (reason: unknown) => void {
  let quietUntil = 0;
  const { origin } = new URL(endpoint);
  return (reason) => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + COMPLAIN_EVERY_MS;
    const text = reason instanceof Error ? reason.message : String(reason);
    logger.warn({ collector: origin, reason: text.slice(0, 200) }, 'spans are lost: the collector does not take them');
  };
}
