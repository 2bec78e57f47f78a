import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { toFailure, toGrpcStatus, toProblem } from '../../api/errors.ts';
import { Failure, FAILURE_CODES } from '../../domain/failures.ts';

it.each(FAILURE_CODES)('%s has an answer on REST and on gRPC', (code) => {
  const failure = new Failure(code, 'why');
  expect(toProblem(failure)).toMatchObject({
    type: `urn:steadfast:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    detail: 'why',
    code,
  });
  expect(toProblem(failure).status).toBeGreaterThanOrEqual(400);
  expect(toGrpcStatus(failure).code).not.toBe(status.OK);
});

describe('an error that nobody foresaw', () => {
  it('says nothing of the inside', () => {
    const failure = toFailure(new Error('password=secret at 10.0.0.1'));
    expect(failure.code).toBe('INTERNAL');
    expect(JSON.stringify(toProblem(failure))).not.toContain('secret');
    expect(toGrpcStatus(failure).metadata?.get('grpc-status-details-bin').toString()).not.toContain('secret');
  });

  it.each(['ECONNREFUSED', 'CONNECTION_CLOSED', '57P01', '53300', '57014', '40P01'])(
    'is a passing one where its code is %s',
    (code) => {
      expect(toFailure(Object.assign(new Error('away'), { code }))).toMatchObject({
        code: 'UNAVAILABLE',
        retryAfterSeconds: 1,
      });
    },
  );
});
