import { Alert, Text } from '@mantine/core';
import type { Schema } from '../../api/client.ts';
import { Copy } from '../../elements/copy.tsx';
import { Fact, Facts } from '../../elements/facts.tsx';
import { Moment } from '../../elements/moment.tsx';
import { OrderLink } from '../../elements/order-link.tsx';
import { Panel } from '../../elements/panel.tsx';
import { isOpen, SOURCE_WORDS } from './letter-words.ts';

/** Why, when and how often it failed, and where it belongs. */
export function FailurePanel({ letter }: { letter: Schema<'DeadLetterDetails'> }) {
  return (
    <Panel title="Why it failed">
      <Alert color={isOpen(letter) ? 'red' : 'gray'} mb="sm" p="xs">
        <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {letter.error}
        </Text>
      </Alert>
      <Facts columns={4}>
        <Fact name="Attempts">{letter.attempts}</Fact>
        <Fact name="First failed">
          <Moment at={letter.first_failed_at} />
        </Fact>
        <Fact name="Last failed">
          <Moment at={letter.last_failed_at} />
        </Fact>
        <Fact name="Where from">{SOURCE_WORDS[letter.source]}</Fact>
        <Fact name="Topic">{letter.topic}</Fact>
        {letter.partition !== undefined && (
          <Fact name="Place in Kafka">
            partition {letter.partition}, offset {letter.offset}
          </Fact>
        )}
        {letter.key !== undefined && <Fact name="Key">{letter.key}</Fact>}
        {letter.order_id !== undefined && (
          <Fact name="Order">
            <OrderLink id={letter.order_id} isWhole />
          </Fact>
        )}
        {letter.order_version !== undefined && <Fact name="Version of the order">{letter.order_version}</Fact>}
        <Fact name="Event id">
          {letter.event_id} <Copy text={letter.event_id} what="event id" />
        </Fact>
        {letter.replayed_at !== undefined && (
          <Fact name="Replayed">
            <Moment at={letter.replayed_at} /> by {letter.replayed_by} ({letter.resolution})
          </Fact>
        )}
        {letter.skipped_at !== undefined && (
          <Fact name="Skipped">
            <Moment at={letter.skipped_at} /> by {letter.skipped_by}: {letter.reason}
          </Fact>
        )}
      </Facts>
    </Panel>
  );
}
