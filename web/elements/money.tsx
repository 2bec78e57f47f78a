import { Text } from '@mantine/core';

const formats = new Map<string, Intl.NumberFormat>();

/** An amount in words of the viewer's language: `formatMoney(3998, 'USD')` is `$39.98`. */
export function formatMoney(minor: number, currency: string, options: Intl.NumberFormatOptions = {}): string {
  return formatFor(currency, options).format(toMajor(minor, currency));
}

/** The same for an amount that is told in major units. */
export function formatMajor(major: number, currency: string): string {
  return formatFor(currency, {}).format(major);
}

/** An amount in major units, to be shown or compared, never to be computed with: `toMajor(3998, 'USD')` is 39.98. */
export function toMajor(minor: number, currency: string): number {
  const { maximumFractionDigits: digits = 2 } = formatFor(currency, {}).resolvedOptions();
  return minor / 10 ** digits;
}

/** An amount in minor units, formatted by its currency. */
export function Money({ minor, currency }: { minor: number; currency: string }) {
  return (
    <Text span inherit style={{ whiteSpace: 'nowrap' }}>
      {formatMoney(minor, currency)}
    </Text>
  );
}

function formatFor(currency: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${currency} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(undefined, { style: 'currency', currency, ...options });
  formats.set(key, made);
  return made;
}
