/** A cost at a size. */
export interface Point {
  readonly size: number;
  readonly cost: number;
}

/**
 * The power of the size with which the cost grows: the slope of the straight line that fits best where both are drawn as
 * logarithms. 0: no growth, 1: in proportion, 2: with the square. NaN where all sizes are equal.
 */
export function exponent(points: readonly Point[]): number {
  const logs = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(logs.map((log) => log.x));
  const y = mean(logs.map((log) => log.y));
  const covariance = mean(logs.map((log) => (log.x - x) * (log.y - y)));
  const variance = mean(logs.map((log) => (log.x - x) ** 2));
  return variance === 0 ? Number.NaN : covariance / variance;
}
