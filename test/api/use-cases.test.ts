import { expect, it } from 'vitest';
import { createUseCases, type UseCaseDependencies } from '../../api/use-cases.ts';
import { Failure } from '../../domain/failures.ts';

/** Those that need no gate: streams and exports have bounds of their own, many who look at the system share a look. */
const OTHERWISE_BOUNDED = /^(exportOrders|readSystem|watchOrder)$/;
/** Those that ask nobody. */
const ASK_NOBODY = /^(tracking\.(urlOf|check)|dashboardSettings\..*)$/;

/** What is behind them; it is never asked. */
const BEHIND =
  'db temporal notifier liveLog logger validations stopping settings alertLimits paymentRates attempts webhookSender readiness'.split(
    ' ',
  );
const NOTHING: unknown = new Proxy(() => NOTHING, {
  get: (_target, name) => (name === 'then' ? undefined : name === Symbol.toPrimitive ? () => 0 : NOTHING),
});

it('whatever asks something counts among what a server has under way', async () => {
  const dependencies = {
    ...Object.fromEntries(BEHIND.map((name) => [name, NOTHING])),
    commandTimeoutMs: 1000,
    webhookTimeoutMs: 1000,
    testEndpoints: true,
    beginWork: () => Promise.reject(new Failure('UNAVAILABLE', 'full')),
  };
  const useCases = Object.entries(createUseCases(dependencies as unknown as UseCaseDependencies)).flatMap(
    ([name, useCase]) =>
      typeof useCase === 'function'
        ? [[name, useCase] as const]
        : Object.entries(useCase as object).map(([method, call]) => [`${name}.${method}`, call as unknown] as const),
  );
  const functions = useCases.filter(
    ([name, call]) => typeof call === 'function' && !OTHERWISE_BOUNDED.test(name) && !ASK_NOBODY.test(name),
  );
  expect(functions.map(([name]) => name)).toEqual(
    expect.arrayContaining(['cancelOrders.run', 'kafkaStatus', 'publishTestEvent', 'rebuildStatistics']),
  );
  const outcomes = functions.map(async ([name, call]) => {
    const outcome = await Promise.resolve((call as () => unknown)()).then(() => 'answered', String);
    return `${name}: ${outcome}`;
  });
  expect(await Promise.all(outcomes)).toEqual(functions.map(([name]) => `${name}: Failure: full`));
});
