/**
 * Money is an integer in minor units with an ISO 4217 code. Decimals exist only at the edges, for people.
 */

/** Currencies of ISO 4217 without decimals. */
export const CURRENCIES_WITHOUT_DECIMALS = [
  'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'VND', 'VUV', 'XAF', 'XOF', 'XPF',
]; // prettier-ignore

/** Currencies of ISO 4217 with three decimals. */
export const CURRENCIES_WITH_THREE_DECIMALS = ['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'];

/** How many decimals the major unit of a currency has: 0, 2 or 3. */
export function decimals(currency: string): 0 | 2 | 3 {
  if (CURRENCIES_WITHOUT_DECIMALS.includes(currency)) return 0;
  return CURRENCIES_WITH_THREE_DECIMALS.includes(currency) ? 3 : 2;
}

/** Minor units to the decimal that people read: 3998 EUR is 39.98. */
export function toMajor(minor: number, currency: string): number {
  return minor / 10 ** decimals(currency);
}

/** A decimal to minor units, rounded to the nearest: 39.98 EUR is 3998. */
export function toMinor(major: number, currency: string): number {
  return Math.round(major * 10 ** decimals(currency));
}

/** An amount as text for people: `39.98 EUR`. */
export function formatMoney(minor: number, currency: string): string {
  return `${toMajor(minor, currency).toFixed(decimals(currency))} ${currency}`;
}
