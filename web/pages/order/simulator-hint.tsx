import { Text } from '@mantine/core';
import { api } from '../../api/client.ts';
import { PageLink } from '../../elements/links.tsx';

/** Where the payment provider is only simulated: how it behaves now, and where that is mended. */
export function SimulatorHint() {
  const { data } = api.useQuery('get', '/api/test/payment-simulator', {}, { staleTime: 0 });
  if (!data) return null;
  const declined = percent(1 - data.success_rate);
  const away = percent(data.throw_rate);
  return (
    <Text size="sm" component="div">
      The built-in payment simulator declines {declined} of charges and does not answer {away} of attempts.{' '}
      <PageLink to="/dashboard/processors" hash="payment-simulator" underline="always">
        Change that
      </PageLink>
    </Text>
  );
}

function percent(share: number): string {
  return new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}
