import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** A dense table that is moved sideways where the screen is narrow, also by keyboard. */
export function WideTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table.ScrollContainer
      minWidth={560}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label, role: 'region' } }}
    >
      <Table aria-label={label} verticalSpacing={4}>
        {children}
      </Table>
    </Table.ScrollContainer>
  );
}
