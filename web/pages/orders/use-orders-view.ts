import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { filterOf, type OrdersFilter, type OrdersSearch } from './search.ts';

type Changes = { readonly [Name in keyof OrdersSearch]?: OrdersSearch[Name] | undefined };

/** The view that the address of the page holds, and the ways to another one. */
export function useOrdersView() {
  const search = useSearch({ from: '/dashboard/orders' });
  const navigate = useNavigate({ from: '/dashboard/orders' });
  const { sort = '-created_at', page_token: token, page = 1 } = search;
  const filter = useMemo(() => filterOf(search), [search]);
  const list = JSON.stringify([filter, sort]);
  const [known, setKnown] = useState<{ list: string; tokens: Readonly<Record<number, string>> }>({ list, tokens: {} });
  const tokens = known.list === list ? known.tokens : {};

  const change = (changes: Changes, { replace = false } = {}) => {
    const wanted = { ...search, page_token: undefined, page: undefined, ...changes };
    // Whoever filters or sorts goes on looking where they look.
    void navigate({ search: present(wanted), replace, resetScroll: false });
  };
  const goTo = (number: number, of: string | undefined) =>
    void navigate({ search: present({ ...search, page: number, page_token: of }) });

  const before = tokens[page - 1];
  return {
    filter,
    sort,
    token,
    page,
    /** The same for the same filter. */
    filterKey: JSON.stringify(filter),
    change,
    clear: () => change(Object.fromEntries(Object.keys(filter).map((name) => [name, undefined]))),
    toFirst: token === undefined ? undefined : () => goTo(1, undefined),
    toPrevious: page === 2 || before !== undefined ? () => goTo(page - 1, before) : undefined,
    toNext: (next: string) => {
      setKnown({ list, tokens: { ...tokens, ...(token === undefined ? {} : { [page]: token }), [page + 1]: next } });
      goTo(page + 1, next);
    },
  };
}

/** What {@link useOrdersView} gives. */
export type OrdersView = ReturnType<typeof useOrdersView>;

/** The query of the API for a filter: lists as one word with commas. */
export function queryOf({ status, approval, failure_reason, ...rest }: OrdersFilter) {
  return {
    ...rest,
    ...(status && { status: status.join(',') }),
    ...(approval && { approval: approval.join(',') }),
    ...(failure_reason && { failure_reason: failure_reason.join(',') }),
  };
}

function present(search: Changes): OrdersSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''));
}
