/** Metrics that are not counted in this process but read somewhere, all of one moment. */
import { type Metric, Registry } from 'prom-client';

/** A figure with its labels; `name` is that of the family with an ending, as the parts of a histogram have. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName?: string;
}

/** Figures of one name. */
export interface Family<Reading> {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  /** The figures; undefined where they cannot be known now, so that none are told. */
  readonly read: (reading: Reading) => readonly Sample[] | undefined;
}

/** A registry of families that are read together; `take` is asked at most once in `keepMs`, however many scrape. */
export function createFamilyRegistry<Reading>(
  families: readonly Family<Reading>[],
  { take, keepMs }: { take: () => Promise<Reading>; keepMs: number },
): Registry {
  let taken: { readonly reading: Promise<Reading>; readonly at: number } | undefined;
  const latest = () => {
    if (!taken || performance.now() - taken.at >= keepMs) taken = { reading: take(), at: performance.now() };
    return taken.reading;
  };
  const registry = new Registry();
  for (const { read, ...family } of families) {
    const get = async () => ({ ...family, values: read(await latest()) ?? [], aggregator: 'first' });
    registry.registerMetric({ ...family, get } as unknown as Metric);
  }
  return registry;
}
