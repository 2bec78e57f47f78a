import { html } from 'ghtml';

const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });

/**
 * A moment (ISO 8601) as HTML, with date and time in UTC or the date alone. The script of the page writes it anew in the
 * zone of the reader, in the form that `data-show` names.
 */
export function momentHtml(iso: string, show: 'date' | 'moment' = 'moment'): string {
  const moment = new Date(iso);
  const text = show === 'date' ? DATE.format(moment) : `${DATE.format(moment)}, ${TIME.format(moment)} UTC`;
  return html`<time datetime="${iso}" data-show="${show}">${text}</time>`;
}
