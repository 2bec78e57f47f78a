import { MultipleErrors, NetworkError, ProtocolError, TimeoutError, UserError } from '@platformatic/kafka';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeKafkaError, isOutage } from '../../../events/kafka/errors.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' });
const OUTAGES: readonly Error[] = [
  new NetworkError('Connection to 127.0.0.1:9 failed.', { cause: refused }),
  new TimeoutError('Request timed out'),
  new DOMException('Kafka did not answer within 10 ms', 'TimeoutError'),
  new UserError('Unknown topic order.created.v1.'),
  refused,
  ...[
    'NOT_LEADER_OR_FOLLOWER',
    'NOT_ENOUGH_REPLICAS',
    'COORDINATOR_NOT_AVAILABLE',
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    'REQUEST_TIMED_OUT',
    'KAFKA_STORAGE_ERROR',
  ].map((id) => new ProtocolError(id)),
];
const FAULTS: readonly Error[] = [
  new UserError('Failed to serialize a message.'),
  new TypeError('value.length'),
  ...[
    'MESSAGE_TOO_LARGE',
    'RECORD_LIST_TOO_LARGE',
    'INVALID_TOPIC_EXCEPTION',
    'TOPIC_AUTHORIZATION_FAILED',
    'INVALID_RECORD',
    'POLICY_VIOLATION',
  ].map((id) => new ProtocolError(id)),
];

describe('an error of the Kafka client', () => {
  it.each(OUTAGES)('is an outage: $message', (error) => {
    expect(isOutage(error)).toBe(true);
  });

  it.each(FAULTS)('is the fault of the record: $message', (error) => {
    expect(isOutage(error)).toBe(false);
  });

  it('is an outage where any of the errors that it holds is one, however deep', () => {
    const part = fc.constantFrom(...OUTAGES, ...FAULTS);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.nat({ max: 3 }), (errors, depth) => {
        let error: Error = new MultipleErrors('Producing messages failed.', errors);
        for (let level = 0; level < depth; level += 1) error = new Error('again', { cause: error });
        expect(isOutage(error)).toBe(errors.some((each) => OUTAGES.includes(each)));
      }),
    );
  });

  it('is told by its innermost words, each once', () => {
    const tooLarge = new ProtocolError('MESSAGE_TOO_LARGE');
    const error = new MultipleErrors('Producing messages failed.', [tooLarge, tooLarge, OUTAGES[0] ?? tooLarge]);
    expect(describeKafkaError(error)).toMatch(/^MESSAGE_TOO_LARGE: [^;]+; connect ECONNREFUSED 127\.0\.0\.1:9$/);
    expect(describeKafkaError('gone')).toBe('gone');
    expect(describeKafkaError(new Error('x'.repeat(1000)))).toHaveLength(501);
  });
});
