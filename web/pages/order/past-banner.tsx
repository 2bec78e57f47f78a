import { Alert, Button, Group, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Moment } from '../../elements/moment.tsx';

interface PastBannerProps {
  readonly version: number;
  readonly latest: number;
  /** When the version came to be, ISO 8601. */
  readonly at: string | undefined;
  readonly onNow: () => void;
}

/** Says that the page shows the past, and leads back. */
export function PastBanner({ version, latest, at, onNow }: PastBannerProps) {
  const since = latest - version;
  return (
    <Alert
      color="orange"
      variant="outline"
      icon={<IconHistory aria-hidden />}
      role="status"
      aria-label="The past is shown"
      style={{ position: 'sticky', top: 56, zIndex: 5 }}
      bg="var(--surface)"
    >
      <Group justify="space-between" gap="xs">
        <Text size="sm" component="div" fw={600}>
          As it was at version {version}
          {at !== undefined && (
            <>
              , <Moment at={at} />
            </>
          )}
          <Text span inherit fw={400}>
            {' '}
            – {since === 1 ? 'one event has' : `${since} events have`} come since
          </Text>
        </Text>
        <Button size="xs" variant="default" onClick={onNow}>
          Back to now
        </Button>
      </Group>
    </Alert>
  );
}
