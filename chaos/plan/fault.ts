/** What can happen to a running system. */

/** The processes that faults are done to; there are two workers and two relays, so that one takes over from another. */
export const PROCESSES = [
  'server',
  'worker-1',
  'worker-2',
  'relay-1',
  'relay-2',
  'postgres',
  'temporal',
  'kafka',
  'redis',
] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** The processes of Steadfast itself, whose clocks can be shifted. */
export const OWN_PROCESSES = ['server', 'worker-1', 'worker-2', 'relay-1', 'relay-2'] as const;
export type OwnProcess = (typeof OWN_PROCESSES)[number];

/** Connections that go through a proxy, as `who-to whom`; both workers share theirs, and both relays. */
export const LINKS = [
  'server-postgres',
  'worker-postgres',
  'relay-postgres',
  'server-temporal',
  'worker-temporal',
  'relay-temporal',
  'all-kafka',
  'server-redis',
  'relay-redis',
  'relay-webhooks',
  'customers-rest',
  'customers-grpc',
] as const;
export type Link = (typeof LINKS)[number];

/** Disks that can be filled. */
export const DISKS = ['postgres', 'kafka'] as const;
export type Disk = (typeof DISKS)[number];

/** One fault; spans in milliseconds. */
export type Fault =
  /** SIGKILL; the supervisor starts it again. */
  | { readonly kind: 'kill'; readonly process: ProcessName }
  /** SIGKILL to one process of PostgreSQL that serves a connection, after which PostgreSQL recovers as from a crash. */
  | { readonly kind: 'crash'; readonly process: 'postgres' }
  /** SIGKILL to everything at once, as when the power fails. */
  | { readonly kind: 'blackout' }
  /** SIGSTOP, and SIGCONT afterwards. */
  | { readonly kind: 'pause'; readonly process: ProcessName; readonly forMs: number }
  /** Connections are closed, and refused meanwhile. */
  | { readonly kind: 'cut'; readonly link: Link; readonly forMs: number }
  /** Everything takes longer. */
  | { readonly kind: 'slow'; readonly link: Link; readonly forMs: number; readonly latencyMs: number }
  /** What is sent is lost without a word, in one direction or both; the connections are closed afterwards. */
  | { readonly kind: 'silence'; readonly link: Link; readonly forMs: number; readonly lost: Lost }
  /** No byte is left on the disk. */
  | { readonly kind: 'fill'; readonly disk: Disk; readonly forMs: number }
  /** The wall clock of a process is off. */
  | { readonly kind: 'shift'; readonly process: OwnProcess; readonly forMs: number; readonly byMs: number };

/** What gets lost: requests, answers or both. */
export type Lost = 'requests' | 'answers' | 'both';
export type FaultKind = Fault['kind'];

/** A fault and when it happens, in milliseconds since the orders began. */
export interface PlannedFault {
  readonly atMs: number;
  readonly fault: Fault;
}

/** How long a fault lasts by itself; a killed process is started again right away. */
export function lengthOf(fault: Fault): number {
  return 'forMs' in fault ? fault.forMs : 0;
}

/** What a fault is done to, in a word. */
export function targetOf(fault: Fault): string {
  switch (fault.kind) {
    case 'blackout':
      return 'everything';
    case 'cut':
    case 'slow':
    case 'silence':
      return fault.link;
    case 'fill':
      return `disk of ${fault.disk}`;
    default:
      return fault.process;
  }
}

/** The particulars of a fault, in words; empty where there are none. */
export function detailsOf(fault: Fault): string {
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  switch (fault.kind) {
    case 'slow':
      return `${seconds(fault.forMs)}, by ${fault.latencyMs} ms`;
    case 'silence':
      return `${seconds(fault.forMs)}, ${fault.lost} lost`;
    case 'shift':
      return `${seconds(fault.forMs)}, by ${fault.byMs < 0 ? '−' : '+'}${seconds(Math.abs(fault.byMs))}`;
    default:
      return 'forMs' in fault ? seconds(fault.forMs) : '';
  }
}
