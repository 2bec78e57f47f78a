/** Reading the text that Prometheus scrapes, https://prometheus.io/docs/instrumenting/exposition_formats/ */

/** A family of metrics as it is exposed. */
export interface ExposedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ExposedSample[];
}

/** One figure. */
export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text; throws where a line is none of the format. */
export function readExposition(text: string): ExposedFamily[] {
  const families: (ExposedFamily & { samples: ExposedSample[] })[] = [];
  let help = '';
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') help = rest;
    else if (kind === 'TYPE') families.push({ name, type: rest, help, samples: [] });
    else families.at(-1)?.samples.push(readSample(line));
  }
  return families;
}

/** The value of a metric with these labels; undefined where it is not exposed. */
export function valueOf(
  families: readonly ExposedFamily[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const samples = families.flatMap((family) => family.samples).filter((sample) => sample.name === name);
  return samples.find((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))?.value;
}

/**
 * What is wrong with a metric by the rules of Prometheus, https://prometheus.io/docs/practices/naming/: base units, `_total`
 * for counters and for these alone, help that is a sentence, no unit or type twice.
 */
export function lint({ name, type, help }: ExposedFamily): string[] {
  const wrong = [
    [!/^[a-z][a-z0-9_]*$/.test(name), 'is not in lower case with underscores'],
    [help === '' || !help.endsWith('.'), 'has no sentence as help'],
    [type === 'counter' && !name.endsWith('_total'), 'is a counter without _total'],
    [type !== 'counter' && name.endsWith('_total'), 'ends in _total and is no counter'],
    [/_(count|sum|bucket|info)$/.test(name) && !name.endsWith('build_info'), 'ends like a part of a histogram'],
    [/_(ms|milliseconds|minutes|hours|kb|kilobytes|percent)(_|$)/.test(name), 'is not in a base unit'],
    [/duration|latency|lag$|_age$/.test(name) && !/_(seconds|events)$/.test(name), 'says no unit'],
    [/(gauge|counter|histogram)/.test(name), 'names its type'],
  ] as const;
  return wrong.flatMap(([isWrong, words]) => (isWrong ? [`${name} ${words}`] : []));
}

function readSample(line: string): ExposedSample {
  const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`no sample: ${line}`);
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)",?/g)].map(([, key = '', text = '']) => [key, text]);
  return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
}
