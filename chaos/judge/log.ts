/** Rules about the log and those who follow it. */
import { type Evidence, groupBy, type Rule } from './evidence.ts';

const LAST_EVENT: Readonly<Record<string, string>> = { DELIVERED: 'OrderDelivered', CANCELLED: 'OrderCancelled' };
/** An alert may still be told of an order that was settled in the same moment. */
const AFTERTHOUGHTS: ReadonlySet<string> = new Set(['AlertRaised']);

/** Each order's events are numbered from 1 without gaps, agree with its row, and end with its end. */
export const logComplete: Rule = {
  name: 'the log has every change once and agrees with the orders',
  check: ({ books }) => {
    const events = groupBy(books.events, ({ orderId }) => orderId);
    return books.orders.flatMap(({ id, status, version }) => {
      const ofOrder = (events.get(id) ?? []).toSorted((one, other) => one.version - other.version);
      const isGapless = ofOrder.every((event, place) => event.version === place + 1);
      const last = ofOrder.findLast(({ type }) => !AFTERTHOUGHTS.has(type));
      return [
        ...(isGapless && ofOrder.length === version
          ? []
          : [`${id} is at version ${version} and has ${ofOrder.length} events`]),
        ...(LAST_EVENT[status] === undefined || last?.type === LAST_EVENT[status]
          ? []
          : [`${id} is ${status} and its last event is ${last?.type}`]),
      ];
    });
  },
};

/** Kafka has each event, in order for each order and topic, under the key of its order, and nothing else. */
export const topicComplete: Rule = {
  name: 'Kafka has every event of every order, in order',
  check: ({ books, records }) => {
    const inOrder = [...groupBy(records, ({ topic, partition }) => `${topic}/${partition}`).values()].flatMap((all) =>
      [
        ...groupBy(
          all.toSorted((one, other) => one.offset - other.offset),
          ({ orderId }) => orderId,
        ),
      ].flatMap(([orderId, ofOrder]) => firstsOutOfOrder(`${orderId} on ${ofOrder[0]?.topic}`, ofOrder)),
    );
    const places = groupBy(records, ({ topic, orderId }) => `${orderId} on ${topic}`);
    const torn = [...places].flatMap(([words, all]) =>
      new Set(all.map(({ partition }) => partition)).size > 1 ? [`${words} lies on several partitions`] : [],
    );
    const misplaced = records
      .filter(({ key, orderId }) => key !== orderId)
      .map(({ key }) => `a record under key ${key}`);
    return [...compareIds(books.events, records, 'Kafka'), ...inOrder, ...torn, ...misplaced];
  },
};

/** The receiver of webhooks got each event, signed, and nothing else. */
export const webhooksComplete: Rule = {
  name: 'webhooks tell every event, signed',
  check: ({ books, webhooks }) => [
    ...compareIds(books.events, webhooks, 'the receiver of webhooks'),
    ...webhooks.filter(({ isSigned }) => !isSigned).map(({ eventId }) => `the webhook of ${eventId} is not signed`),
  ],
};

/** Who follows live, and comes back after the last message, is told each event exactly once and in order. */
export const streamExact: Rule = {
  name: 'live streams tell every event once, in order',
  check: ({ books, streamed }) => {
    const known = new Set<string>();
    const again = streamed.flatMap(({ eventId, orderId, sequence }) => {
      if (known.has(eventId)) return [`event ${sequence} of ${orderId} was streamed twice`];
      known.add(eventId);
      return [];
    });
    const late = [...groupBy(streamed, ({ orderId }) => orderId)].flatMap(([orderId, events]) =>
      firstsOutOfOrder(`${orderId} in the stream`, events),
    );
    return [...compareIds(books.events, streamed, 'the live stream'), ...again, ...late];
  },
};

/** The statistics have counted each order once. */
export const statisticsExact: Rule = {
  name: 'statistics count every order once',
  check: ({ books: { orders, statistics } }) => [
    ...differences('orders in status', statistics.byStatus, countBy(orders.map(({ status }) => [status, 1]))),
    ...differences(
      'pieces of',
      statistics.byProduct,
      countBy(orders.flatMap(({ lines }) => lines.map(({ product_id, quantity }) => [product_id, quantity] as const))),
    ),
  ],
};

/** Nothing is left for a person to do. */
export const nobodyNeeded: Rule = {
  name: '0 orders open, 0 dead letters, 0 failed workflows',
  check: ({ openAtTheEnd, books, workflows }) => [
    ...openAtTheEnd.map((id) => `${id} is still open`),
    ...(books.deadLetters > 0 ? [`${books.deadLetters} dead letters wait for a person`] : []),
    ...workflows
      .filter(({ status }) => status !== 'COMPLETED')
      .map(({ workflowId, status }) => `${workflowId} is ${status}`),
  ],
};

function firstsOutOfOrder(
  where: string,
  told: readonly { readonly eventId: string; readonly sequence: number }[],
): string[] {
  let highest = 0;
  const seen = new Set<string>();
  return told.flatMap(({ eventId, sequence }) => {
    if (seen.has(eventId)) return [];
    seen.add(eventId);
    const isLate = sequence <= highest;
    highest = Math.max(highest, sequence);
    return isLate ? [`event ${sequence} of ${where} came after event ${highest}`] : [];
  });
}

function compareIds(
  events: Evidence['books']['events'],
  told: readonly { readonly eventId: string; readonly orderId: string }[],
  who: string,
): string[] {
  const toldIds = new Set(told.map(({ eventId }) => eventId));
  const known = new Set(events.map(({ eventId }) => eventId));
  return [
    ...events
      .filter(({ eventId }) => !toldIds.has(eventId))
      .map(({ orderId, version, type }) => `${who} lacks event ${version} of ${orderId} (${type})`),
    ...told
      .filter(({ eventId }) => !known.has(eventId))
      .map(({ eventId, orderId }) => `${who} has event ${eventId} of ${orderId}, which is not in the log`),
  ];
}

function countBy(entries: readonly (readonly [string, number])[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [name, count] of entries) counts[name] = (counts[name] ?? 0) + count;
  return counts;
}

function differences(what: string, counted: Readonly<Record<string, number>>, real: Record<string, number>): string[] {
  return [...new Set([...Object.keys(counted), ...Object.keys(real)])].flatMap((name) =>
    (counted[name] ?? 0) === (real[name] ?? 0)
      ? []
      : [`the statistics count ${counted[name] ?? 0} ${what} ${name}, there are ${real[name] ?? 0}`],
  );
}
