/** What the address of the page holds, so that a view can be shared. */
export interface OrderSearch {
  /** The version that is looked at; the latest where absent. */
  readonly version?: number;
}

/** Reads it; what means nothing is left out. */
export function orderSearch(search: Record<string, unknown>): OrderSearch {
  const { version } = search;
  return typeof version === 'number' && Number.isInteger(version) && version > 0 ? { version } : {};
}
