import type { LoggedEvent } from '../db/log.ts';
import { toCloudEvent } from './cloud-event.ts';

const texts = new WeakMap<LoggedEvent, string>();

/** An event as CloudEvent in JSON on one line, made once for all whom it is sent to. */
export function textOf(event: LoggedEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const text = JSON.stringify(toCloudEvent(event));
  texts.set(event, text);
  return text;
}
