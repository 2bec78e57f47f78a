import { Box, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Names with their values; `columns` on a wide screen, half as many on a narrow one where there are many. */
export function Facts({ children, columns = 2 }: { children: ReactNode; columns?: number }) {
  return (
    <SimpleGrid
      component="dl"
      cols={{ base: 1, xs: Math.min(columns, 2), md: columns }}
      spacing="sm"
      verticalSpacing="xs"
      m={0}
    >
      {children}
    </SimpleGrid>
  );
}

/** One of them. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Box>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Box>
  );
}
