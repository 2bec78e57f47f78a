const format = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** A percentage (0 to 100) in words, such as `46.5 %`. */
export function percent(percentage: number): string {
  return `${format.format(percentage)} %`;
}
