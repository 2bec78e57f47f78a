/** Where the page leads to. */
import { Anchor, Group } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { PageLink } from '../../elements/links.tsx';

/** The customer's page. */
export function CustomerLink({ id }: { id: string }) {
  return (
    <PageLink to="/dashboard/customers/$customerId" params={{ customerId: id }} underline="always">
      {id}
    </PageLink>
  );
}

/** A product's page. */
export function ProductLink({ id }: { id: string }) {
  return (
    <PageLink to="/dashboard/products/$productId" params={{ productId: id }}>
      {id}
    </PageLink>
  );
}

/** A page outside of the dashboard, in a tab of its own. */
export function OutsideLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Anchor href={href} target="_blank" rel="noopener noreferrer">
      <Group component="span" gap={4} wrap="nowrap" display="inline-flex">
        {children}
        <IconExternalLink size={13} aria-label="(opens in a new tab)" />
      </Group>
    </Anchor>
  );
}
