import type { Command } from 'commander';
import type { Api } from './api.ts';
import type { Printer } from './printer.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly server?: string;
  readonly grpc?: string;
  readonly apiKey?: string;
  readonly json?: boolean;
}

/** What a command works with. */
export interface Session {
  readonly api: Api;
  /** Where REST is, as URL. */
  readonly http: string;
  /** Where to watch, as host:port. */
  readonly grpc: string;
  /** What says who asks, as header and as metadata; none where no API key is given. */
  readonly credentials: Readonly<Record<string, string>>;
  /** The database of the system that runs with the data folder, as URL; undefined where a server is named, or none runs. */
  readonly database: string | undefined;
  readonly print: Printer;
}

/** Makes the session of a command from its options. */
export type OpenSession = (command: Command) => Session;
