import { MOST_LAG } from '../../api/processors.ts';
import { listProcessors, type Processor } from '../../db/processors.ts';
import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';

/** Without these orders do not move, or what was promised to others does not happen. */
const WHAT_WAITS: Readonly<Record<string, string>> = {
  'workflow-starter': 'Accepted orders get no workflow, and so do not move.',
  kafka: 'Nothing is published to Kafka; events wait in the log and none is lost.',
  webhooks: 'No webhook is prepared; events wait in the log and none is lost.',
  projections: 'Statistics stay as they are; nothing is lost.',
  cache: 'Cached orders are not dropped; reads compare versions, so that nobody sees an old status.',
};

/** Whether those who follow the log move. */
export const followers: Check = {
  name: 'followers',
  compares: 'the cursors of those who follow the log with its end',
  needs: ['postgres'],
  isByOrder: false,
  async *find(scene) {
    const processors = await listProcessors(scene.db, MOST_LAG);
    const starter = processors.find(({ name }) => name === 'workflow-starter');
    if (!starter?.isLed)
      yield {
        key: 'no relay',
        found: 'No relay follows the log.',
        means:
          'Accepted orders get no workflow; nothing reaches Kafka, webhooks or statistics. All of it waits in the log.',
        remedy: 'Start a relay (npm start, or relay.ts).',
      };
    for (const processor of processors) if (standsStill(processor, scene)) yield tell(processor, scene);
  },
};

function standsStill({ lag, lagSeconds }: Processor, { patience }: Scene): boolean {
  return lag !== null && lag > 0 && (lagSeconds ?? 0) * 1000 > patience.standstillMs;
}

function tell(
  { name, lag, isLagPartial, lagSeconds, processed, lastError, isLed, leaseHolder }: Processor,
  scene: Scene,
) {
  const events = `${isLagPartial ? 'at least ' : ''}${lag ?? 0} event${lag === 1 ? '' : 's'}`;
  const leader = isLed ? `${leaseHolder ?? 'somebody'} leads it` : 'nobody leads it';
  const error = lastError === null ? '' : `; its last error: ${lastError}`;
  const isKafkaOff = name === 'kafka' && !isLed && !scene.kafka;
  return {
    // Where it has dealt with anything since, it does not stand still.
    key: `${name} ${processed}`,
    found: `"${name}" stands still before ${events}, the oldest ${Math.round(lagSeconds ?? 0)} s old: ${leader}${error}.`,
    means: WHAT_WAITS[name] ?? 'What it does for each event is not done; the events wait in the log.',
    remedy: isLed
      ? 'Mend what the error says; it goes on by itself, from where it stands.'
      : 'Start a relay that is configured for it; it goes on from where it stands.',
    // A system that published to Kafka once and does not any more.
    isNote: isKafkaOff,
  };
}
