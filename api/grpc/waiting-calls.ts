/** Calls that wait for their clients: for a message that does not come, or until an answer is taken. */
import { constants, type ServerHttp2Stream } from 'node:http2';

/** Most calls that wait, and most bytes of their answers, of all clients together. */
export interface WaitingBounds {
  readonly most: number;
  readonly mostBytes: number;
}

/** What is known of a server's calls that wait. */
export interface WaitingCalls {
  /** The call waits from now on; beyond the bounds the one that has waited for longest is cut off. */
  enter(stream: ServerHttp2Stream): void;
  /** It waits no more. */
  leave(stream: ServerHttp2Stream): void;
}

/**
 * Makes the count. An answer is kept until its client takes it, and a client that grants no window (HTTP/2 flow control) never
 * does: without a bound such calls would take all memory, also those that are public. Honest clients wait for milliseconds.
 */
export function countWaitingCalls({ most, mostBytes }: WaitingBounds): WaitingCalls {
  const bytesOf = new Map<ServerHttp2Stream, number>();
  let bytes = 0;
  const leave = (stream: ServerHttp2Stream) => {
    bytes -= bytesOf.get(stream) ?? 0;
    bytesOf.delete(stream);
  };
  return {
    enter: (stream) => {
      leave(stream);
      bytesOf.set(stream, stream.writableLength);
      bytes += stream.writableLength;
      for (const longest of bytesOf.keys()) {
        if (bytesOf.size <= most && bytes <= mostBytes) return;
        leave(longest);
        cutOff(longest);
      }
    },
    leave,
  };
}

/** Ends a call whatever its client takes, and lets go of what was kept for it. */
export function cutOff(stream: ServerHttp2Stream): void {
  if (!stream.destroyed) stream.close(constants.NGHTTP2_CANCEL);
}
