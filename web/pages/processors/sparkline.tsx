import type { Point } from './history.ts';

const WIDTH = 84;
const HEIGHT = 20;

/** A small line of how a figure has run; `what` names it, `format` makes words of a value. */
export function Sparkline({
  points,
  what,
  format,
}: {
  points: readonly Point[];
  what: string;
  format: (value: number) => string;
}) {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const values = points.map(({ value }) => value);
  const [highest, lowest] = [Math.max(...values), Math.min(...values)];
  const minutes = Math.max(1, Math.round((last.at - first.at) / 60_000));
  return (
    <svg
      role="img"
      aria-label={`${what} over the last ${minutes} min: now ${format(last.value)}, lowest ${format(lowest)}, highest ${format(highest)}`}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    >
      <polyline
        points={pathOf(points, { first, last, highest })}
        fill="none"
        stroke="var(--mantine-color-anchor)"
        strokeWidth={1.25}
        strokeLinejoin="round"
      />
    </svg>
  );
}

function pathOf(
  points: readonly Point[],
  { first, last, highest }: { first: Point; last: Point; highest: number },
): string {
  const span = Math.max(1, last.at - first.at);
  const path = points.map(({ at, value }) => {
    const x = ((at - first.at) / span) * WIDTH;
    const y = HEIGHT - 1.5 - (highest === 0 ? 0 : value / highest) * (HEIGHT - 3);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  // A single moment is a level line.
  return points.length === 1 ? `${path[0]} ${WIDTH},${path[0]?.split(',')[1]}` : path.join(' ');
}
