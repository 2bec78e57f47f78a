import type { Schema } from '../../api/client.ts';
import { daysBetween } from '../../elements/days.ts';

/** What happened on a day, in all currencies together; revenue is told for each. */
export interface Day {
  /** Such as `2026-11-21`. */
  readonly day: string;
  readonly orders: number;
  readonly delivered: number;
  readonly cancelled: number;
  readonly revenue: readonly { readonly currency: string; readonly minor: number }[];
}

/** Every day of the period, also those on which nothing happened, which the server leaves out. */
export function fillDays(rows: Schema<'DailyStatistics'>['days'], { from, to }: { from: string; to: string }): Day[] {
  return daysBetween(from, to).map((day) => {
    const own = rows.filter((row) => row.day === day);
    const sum = (field: 'orders' | 'delivered' | 'cancelled') => own.reduce((total, row) => total + row[field], 0);
    return {
      day,
      orders: sum('orders'),
      delivered: sum('delivered'),
      cancelled: sum('cancelled'),
      revenue: own.map(({ currency, revenue_minor: minor }) => ({ currency, minor })),
    };
  });
}
