import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMay } from './session.tsx';

/** What only admins may do; others are told so, in words such as `change the stock`, or see nothing where there are none. */
export function AdminsOnly({ to, children }: { to?: string; children: ReactNode }) {
  if (useMay('admin')) return children;
  if (to === undefined) return null;
  return (
    <Text size="sm" c="dimmed">
      Only admins {to}.
    </Text>
  );
}
