/** Which consumer groups read the inbound topics. */
import { INBOUND_TOPICS } from '../domain/published-events.ts';
import type { TopicReader } from '../events/kafka/group-progress.ts';

/** What is read, and by whom. */
export interface InboundSettings {
  /** The group that reads carrier news; order requests are read by `<group>.order-requests`. */
  readonly group: string;
  /** Whether order requests are taken in too. */
  readonly orderRequests: boolean;
}

/** The groups with their topics: carrier news, and order requests where these are taken in. */
export function inboundGroups({ group, orderRequests }: InboundSettings): TopicReader[] {
  const news = { topic: INBOUND_TOPICS.carrierNews, group };
  return orderRequests ? [news, { topic: INBOUND_TOPICS.orderRequests, group: `${group}.order-requests` }] : [news];
}
