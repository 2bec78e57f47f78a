import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLive } from '../../live/live.tsx';
import { type Progress, refreshOrder } from './order-queries.ts';

/** What happens at that moment takes a little while itself. */
const AFTER_MS = 400;
const LONGEST_MS = 86_400_000;

/**
 * Looks at the order once more when the stage that the server told is over: that a delay has ended, or that a provider was
 * asked again, is no event of the log. Everything else the log tells by itself.
 */
export function useLookAgain(orderId: string, progress: Progress | undefined): void {
  const queries = useQueryClient();
  const { isOn } = useLive();
  const moment = progress?.expected_until ?? progress?.retry?.next_at;
  useEffect(() => {
    if (!isOn || moment === undefined) return;
    const left = Date.parse(moment) - Date.now() + AFTER_MS;
    if (left < 0 || left > LONGEST_MS) return;
    const timer = setTimeout(() => void refreshOrder(queries, orderId), left);
    return () => clearTimeout(timer);
  }, [isOn, moment, orderId, queries]);
}
