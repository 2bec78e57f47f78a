import type { Command } from 'commander';
import type { Api } from './api.ts';
import type { Printer } from './printer.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly server?: string;
  readonly grpc?: string;
  readonly json?: boolean;
}

/** What a command works with. */
export interface Session {
  readonly api: Api;
  /** Where REST is, as URL. */
  readonly http: string;
  /** Where to watch, as host:port. */
  readonly grpc: string;
  readonly print: Printer;
}

/** Makes the session of a command from its options. */
export type OpenSession = (command: Command) => Session;
