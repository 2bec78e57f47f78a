/** All limits of one server, counted in one place for REST and gRPC. */
import { Failure } from '../../domain/failures.ts';
import { type CallerRates, createCallerRates, type Taken, tooOften } from './caller-rates.ts';
import { callerName } from './callers.ts';
import { countStreams, type TakeSeat } from './open-streams.ts';
import type { LimitSettings } from './settings.ts';
import { type BeginWork, createWorkGate } from './work.ts';

/** What is counted of callers, who are told apart by name. */
export interface Limits {
  readonly settings: LimitSettings;
  /** Counts a request; undefined where requests are not limited. {@link demandRoom} refuses what was not allowed. */
  readonly takeRequest: (caller: string) => Taken | undefined;
  /** Counts a change that only admins may make; likewise. */
  readonly takeAdminChange: (caller: string) => Taken | undefined;
  /**
   * Counts a request whose credentials were missing or wrong; throws `RATE_LIMITED` where too many come from its address.
   * Good credentials from the same address are taken: a balancer or a network may stand between.
   */
  readonly countRefused: (address: string) => void;
  /**
   * Counts nothing, but throws the same where there is no room for another one from its address: before it costs a look at
   * the database. So credentials that are good, but have not been seen here, wait while wrong ones come from there.
   */
  readonly demandRoomForUnknown: (address: string) => void;
  readonly takeStreamSeat: TakeSeat;
  readonly beginWork: BeginWork;
}

/** Makes the limits of a server. */
export function createLimits(settings: LimitSettings): Limits {
  const requests = ratesOf(settings.requestsPerSecond, 1000);
  const changes = ratesOf(settings.adminChangesPerMinute, 60_000);
  const wrongCredentials = ratesOf(settings.requestsPerSecond, 1000);
  return {
    settings,
    takeRequest: (caller) => requests?.take(caller),
    takeAdminChange: (caller) => changes?.take(caller),
    countRefused: (address) => {
      if (wrongCredentials?.take(callerName(undefined, address)).isAllowed === false) throw tooManyUnknown();
    },
    demandRoomForUnknown: (address) => {
      if (wrongCredentials?.isSpent(callerName(undefined, address))) throw tooManyUnknown();
    },
    takeStreamSeat: countStreams({ most: settings.streams, mostPerCaller: settings.streamsPerCaller }),
    beginWork: createWorkGate(settings.requestsAtOnce),
  };
}

function tooManyUnknown(): Failure {
  const message = 'Too many requests without valid credentials come from this address.';
  return new Failure('RATE_LIMITED', message, { retryAfterSeconds: 1 });
}

function ratesOf(most: number, everyMs: number): CallerRates | undefined {
  return most > 0 ? createCallerRates({ most, everyMs }) : undefined;
}

/** Refuses what was not allowed; `what` such as `requests a second`. */
export function demandRoom(taken: Taken | undefined, what: string): void {
  if (taken && !taken.isAllowed) throw tooOften(taken, what);
}
