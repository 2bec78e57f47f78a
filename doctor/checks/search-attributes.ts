import protobuf from '@temporalio/proto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SEARCH_ATTRIBUTES } from '../../domain/lifecycle.ts';
import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';
import { ANSWER_WITHIN_MS } from '../workflows.ts';

const { INDEXED_VALUE_TYPE_KEYWORD } = protobuf.temporal.api.enums.v1.IndexedValueType;
const KNOWN_WITHIN_MS = 20_000;

/** Whether Temporal knows the search attributes of an order's workflow. */
export const searchAttributes: Check = {
  name: 'search-attributes',
  compares: 'the search attributes that workflows set with those that the namespace knows',
  needs: ['temporal'],
  isByOrder: false,
  async *find(scene) {
    const missing = await findMissing(scene);
    if (missing.length === 0) return;
    yield {
      key: missing.join(' '),
      found: `The namespace "${scene.temporal.options.namespace}" does not know ${missing.join(' and ')}.`,
      means: 'No workflow can be started, because it would set what is not known: orders stay PENDING.',
      remedy: 'They are registered as keywords.',
      repair: () => register(scene, missing),
    };
  },
};

async function findMissing({ temporal }: Scene): Promise<string[]> {
  const { namespace } = temporal.options;
  const { customAttributes } = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    temporal.connection.operatorService.listSearchAttributes({ namespace }),
  );
  return SEARCH_ATTRIBUTES.filter((name) => customAttributes[name] !== INDEXED_VALUE_TYPE_KEYWORD);
}

/** Registers them and waits until they are known, which takes Temporal a moment. */
async function register(scene: Scene, names: readonly string[]): Promise<void> {
  const { temporal, signal } = scene;
  await temporal.connection.operatorService.addSearchAttributes({
    namespace: temporal.options.namespace,
    searchAttributes: Object.fromEntries(names.map((name) => [name, INDEXED_VALUE_TYPE_KEYWORD])),
  });
  const until = Date.now() + KNOWN_WITHIN_MS;
  while (Date.now() < until && (await findMissing(scene)).length > 0) await sleep(500, undefined, { signal });
}
