import { useNow } from './now.ts';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'full',
  timeStyle: 'long',
  fractionalSecondDigits: undefined,
});
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });

/** A moment (ISO 8601) in the viewer's zone, with the exact one on hover. `ago` tells it as distance from now. */
export function Moment({ at, ago = false }: { at: string; ago?: boolean }) {
  const now = useNow(ago);
  const date = new Date(at);
  return (
    <time dateTime={at} title={`${exact.format(date)} (${at})`} style={{ whiteSpace: 'nowrap' }}>
      {ago ? formatAgo(date.getTime() - now) : formatMoment(date)}
    </time>
  );
}

/** A moment in the viewer's zone: only the time of day where it is of today. */
export function formatMoment(date: Date): string {
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`;
}

/** A span in milliseconds in short words: `5 s`, `3 min 20 s`, `2 h 5 min`, `4 d`. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60)
    return milliseconds < 9_950 && seconds > 0 ? `${(milliseconds / 1000).toFixed(1)} s` : `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return parts(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? parts(hours, 'h', minutes % 60, 'min') : `${Math.floor(hours / 24)} d`;
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function formatAgo(distanceMs: number): string {
  // Clocks differ a little, and the page's own ticks: what has just happened is not told as to come.
  const seconds = distanceMs > 0 && distanceMs < 3000 ? 0 : Math.round(distanceMs / 1000);
  if (Math.abs(seconds) < 60) return relative.format(seconds, 'second');
  if (Math.abs(seconds) < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (Math.abs(seconds) < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}
