/** What became of the generated orders. */

/** How an order that was accepted ended: `DELIVERED`, or `CANCELLED` with its reason. */
export interface Ending {
  readonly status: string;
  readonly failure_reason?: string | undefined;
}

/** Latencies of answers in milliseconds. */
export interface Latencies {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** The summary of a run: orders by what became of them; `open` are accepted ones that are neither settled nor waiting. */
export interface Summary {
  readonly sent: number;
  readonly accepted: number;
  readonly large: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly per_second: number;
  readonly latency_ms: Latencies | undefined;
  readonly delivered: number;
  readonly cancelled: Readonly<Record<string, number>>;
  readonly awaiting_approval: number;
  readonly open: number;
}

/** Latencies are kept of so many answers, the latest ones, so that a run without end does not fill the memory. */
const MOST_MEASURED = 100_000;

/** Counts outcomes as they come. */
export class Outcomes {
  /** Ids of accepted orders that are not settled, as far as is known. */
  readonly open = new Set<string>();
  /** Those of them that wait for a person. */
  readonly waiting = new Set<string>();
  /** When the server accepted the first order, in its own words. */
  firstCreatedAt: string | undefined;
  readonly #startedAt = performance.now();
  readonly #latencies: number[] = [];
  readonly #refused = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  readonly #cancelled = new Map<string, number>();
  #answered = 0;
  #accepted = 0;
  #large = 0;
  #delivered = 0;
  #sentWithin: number | undefined;

  /** The server has accepted an order. */
  accepted(order: { id: string; created_at: string }, { isLarge, ms }: { isLarge: boolean; ms: number }): void {
    this.#accepted += 1;
    if (isLarge) this.#large += 1;
    this.#measured(ms);
    this.open.add(order.id);
    if (this.firstCreatedAt === undefined || order.created_at < this.firstCreatedAt)
      this.firstCreatedAt = order.created_at;
  }

  /** The server has refused an order with this code. */
  refused(code: string, ms: number): void {
    this.#measured(ms);
    increase(this.#refused, code);
  }

  /** The server was not reached, or could not answer. */
  failed(reason: string): void {
    increase(this.#errors, reason);
  }

  /** No further order will be sent. */
  allSent(): void {
    this.#sentWithin ??= performance.now() - this.#startedAt;
  }

  /** An order was seen settled; one that is not ours, or was seen before, counts nothing. */
  settled(id: string, { status, failure_reason: reason = 'without a reason' }: Ending): void {
    this.waiting.delete(id);
    if (!this.open.delete(id)) return;
    if (status === 'DELIVERED') this.#delivered += 1;
    else increase(this.#cancelled, reason);
  }

  /** An order was seen waiting for a person; one that is not ours counts nothing. */
  awaitsApproval(id: string): void {
    if (this.open.has(id)) this.waiting.add(id);
  }

  /** Whether an order is on its way, so that following it makes sense. */
  get isMoving(): boolean {
    return this.open.size > this.waiting.size;
  }

  #measured(ms: number): void {
    this.#latencies[this.#answered % MOST_MEASURED] = ms;
    this.#answered += 1;
  }

  /** Everything so far. */
  summary(): Summary {
    const refused = total(this.#refused);
    const errors = total(this.#errors);
    const sent = this.#accepted + refused + errors;
    const seconds = (this.#sentWithin ?? performance.now() - this.#startedAt) / 1000;
    return {
      sent,
      accepted: this.#accepted,
      large: this.#large,
      refused: Object.fromEntries(this.#refused),
      errors: Object.fromEntries(this.#errors),
      seconds: round(seconds),
      per_second: seconds > 0 ? round(sent / seconds) : 0,
      latency_ms: latenciesOf(this.#latencies),
      delivered: this.#delivered,
      cancelled: Object.fromEntries(this.#cancelled),
      awaiting_approval: this.waiting.size,
      open: this.open.size - this.waiting.size,
    };
  }
}

/** The sum of counts. */
export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Percentiles by nearest rank; undefined where nothing was measured. */
export function latenciesOf(measured: readonly number[]): Latencies | undefined {
  const sorted = [...measured].sort((one, other) => one - other);
  const at = (share: number) => round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return sorted.length === 0 ? undefined : { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
