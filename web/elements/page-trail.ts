import { useState } from 'react';

/** Moves between pages that are chained by tokens. */
export interface PageTrail {
  readonly onFirst: (() => void) | undefined;
  readonly onPrevious: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
}

/**
 * The way through pages, for `Pager`: `token` is of the page that is shown, absent on the first; `next` is the token of the
 * next page, empty on the last. The pages before are known as long as the page of the dashboard is open.
 */
export function usePageTrail(
  { token, next }: { token: string | undefined; next: string | undefined },
  onToken: (token: string | undefined) => void,
): PageTrail {
  const [before, setBefore] = useState<readonly (string | undefined)[]>([]);
  const isFirst = token === undefined;
  return {
    onFirst: isFirst
      ? undefined
      : () => {
          onToken(undefined);
        },
    onPrevious:
      isFirst || before.length === 0
        ? undefined
        : () => {
            setBefore(before.slice(0, -1));
            onToken(before.at(-1));
          },
    onNext:
      next === undefined || next === ''
        ? undefined
        : () => {
            setBefore(isFirst ? [undefined] : [...before, token]);
            onToken(next);
          },
  };
}
