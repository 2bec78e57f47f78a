/** How webhooks are, in plain words. */
import type { Webhook } from './search.ts';

/** A webhook's state in a word and a colour, with what to know about it. */
export function stateOf({ status, disabled_reason, failing_since }: Webhook): {
  words: string;
  colour: 'teal' | 'orange' | 'red' | 'gray';
  detail?: string;
} {
  if (status === 'DISABLED') {
    if (disabled_reason === 'GONE')
      return { words: 'Disabled', colour: 'red', detail: 'It answered that it is gone (410).' };
    if (disabled_reason === 'FAILING')
      return { words: 'Disabled', colour: 'red', detail: 'Every attempt failed for five days.' };
    return { words: 'Disabled', colour: 'gray', detail: 'Somebody switched it off.' };
  }
  if (failing_since !== undefined)
    return { words: 'Failing', colour: 'orange', detail: 'Its latest attempts failed; they are made again.' };
  return { words: 'Active', colour: 'teal' };
}

/** How many of the latest deliveries that are over arrived: `98 %`; undefined where none is over. */
export function successOf({ recent_deliveries: { delivered, failed } }: Webhook): string | undefined {
  const over = delivered + failed;
  return over === 0 ? undefined : `${Math.floor((delivered / over) * 100)} %`;
}

/** Which events it gets. */
export function typesOf({ event_types: types }: Webhook): string {
  return types.includes('*') ? 'Every event' : types.join(', ');
}
