/** The use case that follows the log live. */
import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import type { EventFilter } from '../db/filtered-log.ts';
import { compareCursors, type Cursor, endOfLog } from '../db/log.ts';
import type { LiveLog } from '../events/live-log.ts';
import { type LogStream, openLogStream } from '../events/log-stream.ts';
import { createTurns } from '../events/turns.ts';
import { demand, violation } from './checks.ts';

/** Opens a stream of the events that match: those after a cursor where given, else those from now on. */
export type FollowEvents = (request: {
  readonly filter: EventFilter;
  readonly after?: Cursor | undefined;
  readonly signal: AbortSignal;
}) => Promise<LogStream>;

/** Reads from the database at once: half of the usual pool, so that thousands who come back hold up no other request. */
const READS_AT_ONCE = 4;

/** Makes the use case. A cursor that lies beyond the end of the log is refused: it comes from another database. */
export function createFollowEvents(dependencies: { db: Database; liveLog: LiveLog; logger: Logger }): FollowEvents {
  const source = { ...dependencies, takeTurn: createTurns(READS_AT_ONCE) };
  return async ({ filter, after, signal }) => {
    const end = await source.takeTurn(() => endOfLog(dependencies.db));
    if (after && compareCursors(after, end) > 0)
      demand([violation('last_event_id', `${after.tx}-${after.position}`, 'event_cursor', BEYOND_THE_END)]);
    return openLogStream(source, { filter, after: after ?? end, signal });
  };
}

const BEYOND_THE_END = 'lies beyond the end of this log and so comes from another one; begin without it, or with 0-0';
