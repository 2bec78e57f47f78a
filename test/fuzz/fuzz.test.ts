import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../cli/generate/random.ts';
import { makeBytes, makeCall } from './grpc-frames.ts';
import { findingsOfAnswer, findingsOfCall, findingsOfProcesses } from './judge.ts';

const call = { kind: 'test', headers: {}, isWhole: true, isReset: false };
const answered = { call, httpStatus: 200, grpcStatus: 3, tookMs: 5, lagMs: 0 };

describe('what is sent', () => {
  it('is the same for the same seed, and another for another', () => {
    const series = (seed: number) => {
      const random = seededRandom(seed);
      return JSON.stringify(Array.from({ length: 300 }, () => [makeCall(random), makeBytes(random)]));
    };
    expect(series(1)).toBe(series(1));
    expect(series(1)).not.toBe(series(2));
  });

  it('is of every kind within some hundred calls', () => {
    const random = seededRandom(3);
    const kinds = new Set(Array.from({ length: 1000 }, () => makeCall(random).kind));
    expect(kinds.size).toBeGreaterThanOrEqual(30);
  });
});

describe('the judge', () => {
  it('has nothing against a refusal', () => {
    expect(findingsOfCall(answered)).toEqual([]);
    expect(findingsOfAnswer({ what: 'GET /', status: 400, at: 0, tookMs: 5 }, 0)).toEqual([]);
    const hurried = { ...call, headers: { 'grpc-timeout': '1n' } };
    expect(findingsOfCall({ ...answered, call: hurried, grpcStatus: 4 })).toEqual([]);
  });

  it.each([
    ['INTERNAL', { grpcStatus: 13 }],
    ['UNKNOWN', { grpcStatus: 2 }],
    ['UNAVAILABLE', { grpcStatus: 14 }],
    ['a deadline that nobody asked for', { grpcStatus: 4 }],
    ['a 5xx', { httpStatus: 500, grpcStatus: undefined }],
    ['an answer that comes late', { tookMs: 2600 }],
    ['no answer', { httpStatus: undefined, grpcStatus: undefined, tookMs: 20_000 }],
  ])('finds %s of gRPC', (_what, outcome) => {
    expect(findingsOfCall({ ...answered, ...outcome })).toHaveLength(1);
  });

  it.each([
    ['a 5xx', { status: 500, tookMs: 5 }],
    ['a 503', { status: 503, tookMs: 5 }],
    ['a 504', { status: 504, tookMs: 5 }],
    ['an answer that comes late', { status: 200, tookMs: 2600 }],
  ])('finds %s of REST', (_what, answer) => {
    expect(findingsOfAnswer({ what: 'GET /', at: 0, ...answer }, 0)).toHaveLength(1);
  });

  it('does not blame the server for the time in which the judge was held up itself', () => {
    expect(findingsOfCall({ ...answered, tookMs: 2600, lagMs: 700 })).toEqual([]);
    expect(findingsOfAnswer({ what: 'GET /', status: 200, at: 0, tookMs: 2600 }, 700)).toEqual([]);
  });

  it('finds a process that died, though another took its place', () => {
    expect(findingsOfProcesses({ server: 1, worker: 2 }, { server: 3, worker: 2 })).toEqual([
      { what: 'process server', wrong: 'was 1 and is 3' },
    ]);
    expect(findingsOfProcesses({ server: 1 }, { server: 1 })).toEqual([]);
  });
});
