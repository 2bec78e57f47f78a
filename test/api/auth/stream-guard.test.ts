import { expect, it, onTestFinished } from 'vitest';
import type { Identity } from '../../../api/auth/identity.ts';
import { createStreamGuard } from '../../../api/auth/stream-guard.ts';
import { until } from '../../support/until.ts';

const caller = { kind: 'api_key', id: 'ada', role: 'operator' } as const;

/** A guard that ends with the test. */
function startGuard() {
  const guard = createStreamGuard();
  onTestFinished(guard.close);
  return guard;
}

it.each<[string, Identity['isValid']]>([
  ['refuses', () => Promise.reject(new Error('the database is away'))],
  ['never answers', () => new Promise(() => undefined)],
])('a key that expires ends its streams while the database %s, others go on', async (_what, isValid) => {
  const guard = startGuard();
  const lasting = guard.watch({ caller, expiresAt: undefined, isValid });
  const later = guard.watch({ caller, expiresAt: Date.now() + 600_000, isValid });
  const expiring = guard.watch({ caller, expiresAt: Date.now() + 1100, isValid });
  await until('the stream ends', () => expiring.signal.aborted);
  expect([lasting.signal.aborted, later.signal.aborted]).toEqual([false, false]);
});
