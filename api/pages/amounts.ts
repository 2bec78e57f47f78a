import { decimals, toMajor } from '../../domain/money.ts';

const formats = new Map<string, Intl.NumberFormat>();

/** An amount in minor units as customers read it: 3998 USD is `$39.98`. */
export function tellAmount(minor: number, currency: string): string {
  const format = formats.get(currency) ?? makeFormat(currency);
  formats.set(currency, format);
  return format.format(toMajor(minor, currency));
}

/** The decimals are those that the system computes with, whatever the tables of the runtime say. */
function makeFormat(currency: string): Intl.NumberFormat {
  const digits = decimals(currency);
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
