import { PageLink } from './links.tsx';

/** Ids that the server makes begin with the time, so that only their ends tell orders of a day apart. */
const MOST_LETTERS = 16;
const END_LETTERS = 8;

/** An order's id that leads to its page; a long one is shortened, and whole on hover. */
export function OrderLink({ id, isWhole = false }: { id: string; isWhole?: boolean }) {
  const isShort = isWhole || id.length <= MOST_LETTERS;
  return (
    <PageLink to="/dashboard/orders/$orderId" params={{ orderId: id }} title={id} ff="monospace">
      {isShort ? id : `…${id.slice(-END_LETTERS)}`}
    </PageLink>
  );
}
