/** Days of the statistics, which are those of UTC. */

/** How many days, up to today, a page of one customer or product tells of; 30 where its address says nothing. */
export const PERIODS = [7, 30, 90, 365] as const;
export type Period = (typeof PERIODS)[number];

const DAY_MS = 86_400_000;
const words = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** Every day (`2026-11-21`) from one to another, both included. */
export function daysBetween(from: string, to: string): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, place) =>
    new Date(Date.parse(from) + place * DAY_MS).toISOString().slice(0, 10),
  );
}

/** A day in short words, such as `Nov 21`. */
export function formatDay(day: string): string {
  return words.format(new Date(day));
}

/** The period that an address names. */
export function readPeriod(given: unknown): Period | undefined {
  return PERIODS.find((period) => period === Number(given));
}
