/** The periods that figures are shown for, in days. */
export const PERIODS = [7, 30, 90] as const;

/** What the address of the page holds, so that a view can be shared; 30 days where it says nothing. */
export interface OverviewSearch {
  readonly days?: (typeof PERIODS)[number] | undefined;
}

/** Reads it; what means nothing is named as undefined, because the router would keep what is not named. */
export function overviewSearch(search: Record<string, unknown>): OverviewSearch {
  return { days: PERIODS.find((period) => period === Number(search.days)) };
}
