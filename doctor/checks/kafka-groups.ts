import { inboundGroups } from '../../api/inbound-groups.ts';
import { listProcessors } from '../../db/processors.ts';
import { INBOUND } from '../../events/kafka/inbound.ts';
import type { Check } from '../check.ts';

/** Whether what comes from Kafka is read. */
export const kafkaGroups: Check = {
  name: 'kafka-groups',
  compares: 'the inbound topics of Kafka with how far the consumer groups of the relays are',
  needs: ['postgres', 'kafka'],
  isByOrder: false,
  async *find({ db, kafka }) {
    if (!kafka) return;
    const inbound = (await listProcessors(db, 0)).find(({ name }) => name === INBOUND);
    for (const reader of inboundGroups(kafka.inbound)) {
      const { members, lag } = await kafka.probe.askGroup(reader);
      if (lag === 0) continue;
      const count = `${lag} record${lag === 1 ? '' : 's'}`;
      yield {
        // Where anything was read since, the group moves.
        key: `${reader.group} ${lag} ${inbound?.processed ?? 0}`,
        found: `The group "${reader.group}" is ${count} behind in ${reader.topic} and does not move (${members} members).`,
        means: 'What came in (carrier news, order requests) has not happened yet; it waits in Kafka.',
        remedy:
          members === 0
            ? 'Start a relay with KAFKA_BROKERS, and with the same KAFKA_GROUP.'
            : `See what holds it up: the log of the relays, and steadfast kafka groups describe ${reader.group}`,
      };
    }
  },
};
