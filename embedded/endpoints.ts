import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The processes of a running system, in the order in which they stop: callers first, the database last. */
export const processNames = ['server', 'relay', 'worker', 'temporal', 'postgres'] as const;

/** One of {@link processNames}. */
export type ProcessName = (typeof processNames)[number];

/** Where everything is: URLs, but `grpc` and `temporal` as host:port. A pid is null for a server that is not ours. */
export interface Endpoints {
  readonly http: string;
  readonly grpc: string;
  readonly temporal: string;
  readonly temporalUi: string | null;
  readonly database: string;
  /** Where Prometheus reads what each process measures. */
  readonly metrics: { readonly server: string; readonly worker: string; readonly relay: string };
  readonly pids: Readonly<Record<ProcessName, number | null>>;
}

/** The file `<dataDir>/endpoints.json`: there while the system is ready. */
export interface EndpointsFile {
  /** Writes the file, readable for this user alone since it holds the database password. */
  write(endpoints: Endpoints): void;
  remove(): void;
}

/** Makes the {@link EndpointsFile} of a data directory; a reader sees a whole file or none. */
export function endpointsFile(dataDir: string): EndpointsFile {
  const file = join(dataDir, 'endpoints.json');
  return {
    write: (endpoints) => {
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, `${JSON.stringify(endpoints, undefined, 2)}\n`, { mode: 0o600 });
      renameSync(draft, file);
    },
    remove: () => rmSync(file, { force: true }),
  };
}
