import { keepPreviousData } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { api } from '../../api/client.ts';

/** What a customer ordered in the days that the address names, 30 where it names none. */
export function useActivity(customerId: string) {
  const { days = 30 } = useSearch({ from: '/dashboard/customers/$customerId' });
  const activity = api.useQuery(
    'get',
    '/api/customers/{id}/activity',
    { params: { path: { id: customerId }, query: { days } } },
    { placeholderData: keepPreviousData },
  );
  return { days, activity };
}
