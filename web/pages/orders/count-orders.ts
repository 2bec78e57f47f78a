/** `1 order`, `1,000 orders`. */
export function countOrders(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'order' : 'orders'}`;
}
