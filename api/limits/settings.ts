/** How much a server takes on, of one caller and in all. */

/** The limits that can be set. */
export interface LimitSettings {
  /** Most requests and calls a second of one caller, REST and gRPC together; any number where 0. */
  readonly requestsPerSecond: number;
  /** Most changes a minute of one caller among those that only admins may make; any number where 0. */
  readonly adminChangesPerMinute: number;
  /** Most requests and calls whose work is not done yet, of all callers. */
  readonly requestsAtOnce: number;
  /** Most open streams: of events, of one order by gRPC, and so on, for each kind. */
  readonly streams: number;
  /** Most open streams of one caller for each kind; any number where 0. */
  readonly streamsPerCaller: number;
  /** Most connections over HTTP, and as many over gRPC. */
  readonly connections: number;
  /** Most of these from one address, for each protocol; any number where 0. */
  readonly connectionsPerAddress: number;
  /** Addresses and networks that may have any number: this machine, and proxies, which stand for many. */
  readonly anyConnectionsFrom: readonly string[];
}

/** What holds where nothing is set: no limits for single callers, those of the server as they are documented. */
export const USUAL_LIMITS: LimitSettings = {
  requestsPerSecond: 0,
  adminChangesPerMinute: 300,
  requestsAtOnce: 5000,
  streams: 5000,
  streamsPerCaller: 0,
  connections: 10_000,
  connectionsPerAddress: 1000,
  anyConnectionsFrom: ['loopback'],
};

/** The sizes that cannot be set, in bytes; times in milliseconds. They are in docs/limits.md. */
export const SIZES = {
  body: 1_048_576,
  headers: 16_384,
  url: 8192,
  message: 1_048_576,
  metadata: 16_384,
} as const;

export const TIMES = {
  /** For a whole request with its headers, and for the message of a call. */
  request: 30_000,
  /** For which a connection may be silent in the middle of a request or an answer. */
  silence: 60_000,
  /** For which a connection may wait for its next request. */
  keepAlive: 72_000,
  /** For which a gRPC connection may be open before it says anything; over HTTP that is part of a request. */
  firstByte: 10_000,
  /** How often connections are looked at for these. */
  look: 5000,
} as const;
