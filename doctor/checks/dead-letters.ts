import { listFronts } from '../../db/dead-letter-fronts.ts';
import type { Check } from '../check.ts';

const PAGE = 500;

/** Whether events or records wait for somebody. */
export const deadLetters: Check = {
  name: 'dead-letters',
  compares: 'the log with what could not be passed on to Kafka, and what came from there and could not be used',
  needs: ['postgres'],
  isByOrder: true,
  async *find({ db }, orderIds) {
    for (let after = ''; ;) {
      const page = await listFronts(db, { orderIds, after, limit: PAGE });
      for (const { eventId, orderId, source, status, topic, eventType, error, attempts, waiting } of page)
        yield {
          key: `${eventId} ${status}`,
          orderId: orderId ?? undefined,
          found: `${eventType ?? 'A record'} for ${topic} is a dead letter (${status}, after ${attempts} attempts): ${error}.`,
          means: [
            source === 'PUBLISHER'
              ? 'The order itself goes on; who reads Kafka does not hear of it.'
              : 'What the record says did not happen.',
            ...(waiting > 0 ? [`${waiting} later event${waiting === 1 ? '' : 's'} of the order wait behind it.`] : []),
          ].join(' '),
          remedy: `Mend the cause, then steadfast dlq replay ${eventId}; or steadfast dlq skip ${eventId}.`,
        };
      const last = page.at(-1);
      if (page.length < PAGE || !last) return;
      after = last.eventId;
    }
  },
};
