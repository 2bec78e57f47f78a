import { Text } from '@mantine/core';
import { Moment } from '../../elements/moment.tsx';
import type { Progress } from './order-queries.ts';

interface AttemptsProps {
  readonly retry: NonNullable<Progress['retry']>;
  /** After so many the order is cancelled. */
  readonly most: number | undefined;
}

/** How often a provider did not answer, what came instead, and when it is asked again. */
export function Attempts({ retry, most }: AttemptsProps) {
  const { failed_attempts: failed, last_error: error, last_at: lastAt, next_at: nextAt } = retry;
  return (
    <Text size="sm" component="div" role="status" aria-label="Attempts">
      {failed}
      {most !== undefined && ` of at most ${most}`} {failed === 1 ? 'attempt' : 'attempts'} failed, the last at{' '}
      <Moment at={lastAt} />
      {error !== undefined && ` (${error})`}.{' '}
      {nextAt === undefined ? (
        'It is being asked again now.'
      ) : (
        <>
          Next try about <Moment at={nextAt} />.
        </>
      )}
    </Text>
  );
}
