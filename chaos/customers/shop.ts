/** The API as customers see it, the same by REST and by gRPC. */
import type { Line, Wish } from './intent.ts';

/** An order as an answer shows it. */
export interface SeenOrder {
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  readonly totalMinor: number;
  readonly version: number;
}

/** A new order, the same at every repeat. */
export interface OrderForm {
  readonly customerId: string;
  readonly lines: readonly Line[];
  readonly orderId: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/** What an API answers: the order, a refusal for good, or nothing that can be relied on, so that one tries again. */
export type Answer =
  | { readonly kind: 'done'; readonly order: SeenOrder }
  /** Accepted and still being carried out. */
  | { readonly kind: 'begun'; readonly order: SeenOrder }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One way to the shop. */
export interface Shop {
  place(form: OrderForm): Promise<Answer>;
  read(orderId: string): Promise<Answer>;
  ask(orderId: string, wish: Wish): Promise<Answer>;
  close(): void;
}

/** After how many milliseconds a customer gives an answer up. */
export const PATIENCE_MS = 6_000;
