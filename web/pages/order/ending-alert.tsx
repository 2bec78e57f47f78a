import { Alert, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ButtonLink } from '../../elements/links.tsx';
import type { Ending } from './ending.ts';

/** Why the order ended, what was undone, and what somebody can do. */
export function EndingAlert({ ending, orderId, isOver }: { ending: Ending; orderId: string; isOver: boolean }) {
  return (
    <section aria-label="Why it ended">
      <Alert
        color="red"
        variant="outline"
        bg="var(--surface)"
        icon={<IconAlertTriangle aria-hidden />}
        title={ending.title}
        role="group"
      >
        <Stack gap="xs" align="flex-start">
          <Text size="sm">{ending.why}</Text>
          {ending.undone.length > 0 && (
            <List size="sm" aria-label="What was undone">
              {ending.undone.map((words) => (
                <List.Item key={words}>{words}</List.Item>
              ))}
            </List>
          )}
          {isOver && (
            <>
              <Text size="sm">{ending.advice}</Text>
              <ButtonLink to="/dashboard/create-order" search={{ from: orderId }} size="xs" variant="default">
                Order again
              </ButtonLink>
            </>
          )}
        </Stack>
      </Alert>
    </section>
  );
}
