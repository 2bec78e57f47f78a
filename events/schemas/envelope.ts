/** The envelope around the data of every event: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
import { z } from 'zod';
import type { OrderCloudEvent } from '../cloud-event.ts';

const wholeNumber = z.string().regex(/^[1-9]\d*$/);

/** A CloudEvent as Steadfast writes it; `data` is described by the schema that `dataschema` names. */
export const ENVELOPE = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).describe('The same at every repeat: apply an id once'),
  source: z.literal('/steadfast/orders'),
  type: z.string().min(1).describe('What happened, with the version of the schema of data'),
  subject: z.string().min(1).describe('The order id; also the key of the Kafka record'),
  time: z.iso.datetime().describe('When it happened, ISO 8601 in UTC'),
  datacontenttype: z.literal('application/json'),
  dataschema: z.string().min(1).describe('The $id of the schema of data, which servers have at /schemas/<type>.json'),
  correlationid: z.string().min(1).describe('What belongs together: the order id'),
  version: wholeNumber.describe('The version of the schema of data'),
  sequence: wholeNumber.describe('The version of the order after this event; counts from 1 without gaps'),
  traceparent: z.exactOptional(z.string()).describe('W3C trace context of the request that the order came with'),
  trackingurl: z
    .exactOptional(z.string())
    .describe('Only in webhooks: the page where the customer follows the order; whoever has the link can see it'),
  data: z.object({}).describe('What the schema at dataschema says'),
});

type Same<One, Other> = [One, Other] extends [Other, One] ? null : never;

/** Does not compile where the schema and the type differ. */
null satisfies Same<Omit<z.infer<typeof ENVELOPE>, 'data'>, Omit<OrderCloudEvent, 'data'>>;
