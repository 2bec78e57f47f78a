/** The part of autocannon that is used here; the package brings no types. */
declare module 'autocannon' {
  export interface Options {
    readonly url: string;
    readonly connections: number;
    readonly duration?: number;
    readonly amount?: number;
    readonly requests: readonly {
      readonly method: 'GET' | 'POST';
      readonly path: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }[];
  }
  /** Milliseconds. */
  export interface Latency {
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
  }
  export interface Result {
    readonly latency: Latency;
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
    readonly '2xx': number;
    readonly statusCodeStats: Readonly<Record<string, { readonly count: number }>>;
  }
  /** A run: settles once it is over, and tells each answer before. */
  export interface Run extends PromiseLike<Result> {
    on(event: 'response', listener: () => void): Run;
  }
  export default function autocannon(options: Options): Run;
}
