import { ActionIcon, AppShell, Box, Burger, Group, NavLink, Text, Tooltip, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconActivity,
  IconBook2,
  IconBox,
  IconInbox,
  IconLayoutDashboard,
  IconMoon,
  IconReceipt,
  IconSun,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { SignedIn } from '../session/signed-in.tsx';
import { LiveSwitch } from './live-switch.tsx';

const PAGES = [
  { to: '/', label: 'Overview', icon: IconLayoutDashboard },
  { to: '/dashboard/orders', label: 'Orders', icon: IconReceipt },
  { to: '/dashboard/customers', label: 'Customers', icon: IconUsers },
  { to: '/dashboard/products', label: 'Products', icon: IconBox },
  { to: '/dashboard/processors', label: 'Processors', icon: IconActivity },
  { to: '/dashboard/dead-letters', label: 'Dead letters', icon: IconInbox },
  { to: '/dashboard/webhooks', label: 'Webhooks', icon: IconWebhook },
] as const;

/** Belongs to the orders, though its address does not begin with theirs: an order may have any id. */
const CREATE_ORDER = '/dashboard/create-order';

/** What stands around every page. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);

  // Whoever uses the keyboard or a screen reader begins at the top of the page that was chosen.
  useEffect(() => {
    close();
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [path, close]);

  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 190, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <AppShell.Header bg="var(--surface)">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <img src="/dashboard/static/icon.svg" width={24} height={24} alt="" />
            <Text fw={700} size="lg">
              Steadfast
            </Text>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <SignedIn />
            <LiveSwitch />
            <ColourSwitch />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" bg="var(--surface)" aria-label="Pages of the dashboard">
        {PAGES.map(({ to, label, icon: Icon }) => {
          const isActive =
            to === '/' ? path === '/' : path.startsWith(to) || (path === CREATE_ORDER && to === '/dashboard/orders');
          return (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              leftSection={<Icon size={17} stroke={1.6} aria-hidden />}
              active={isActive}
              aria-current={isActive ? 'page' : undefined}
            />
          );
        })}
        <Box mt="auto">
          <NavLink href="/docs" label="API" leftSection={<IconBook2 size={17} stroke={1.6} aria-hidden />} />
        </Box>
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1}>
        <Box maw={1440} mx="auto">
          <Outlet />
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}

function ColourSwitch() {
  const { toggleColorScheme } = useMantineColorScheme();
  return (
    <Tooltip label="Light or dark">
      <ActionIcon variant="default" onClick={toggleColorScheme} aria-label="Switch between light and dark">
        <Box lightHidden component="span" lh={0}>
          <IconSun size={16} aria-hidden />
        </Box>
        <Box darkHidden component="span" lh={0}>
          <IconMoon size={16} aria-hidden />
        </Box>
      </ActionIcon>
    </Tooltip>
  );
}
