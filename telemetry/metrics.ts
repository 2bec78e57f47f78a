/** What Prometheus reads of this process. */
import { collectDefaultMetrics, Gauge, register, Registry } from 'prom-client';

/** Gives the text that Prometheus reads. */
export type ExposeMetrics = () => Promise<string>;

/** The content type of that text. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** More metrics than those of the process: a registry, or text that somebody else made. */
export type MetricSource = Registry | ExposeMetrics;

/** Measures the process itself, once: memory, processor, event loop, garbage collection. */
export function measureProcess(name: string, version: string): void {
  if (register.getSingleMetric('steadfast_build_info')) return;
  collectDefaultMetrics();
  new Gauge({
    name: 'steadfast_build_info',
    help: 'Which of the processes this is and its version; always 1.',
    labelNames: ['process', 'version'],
  }).set({ process: name, version }, 1);
}

/** Makes the text of all that this process measures, and of the others. */
export function createExposition(...others: readonly MetricSource[]): ExposeMetrics {
  return async () => {
    const parts = [register, ...others].map((source) => (source instanceof Registry ? source.metrics() : source()));
    return (await Promise.all(parts)).join('\n');
  };
}
