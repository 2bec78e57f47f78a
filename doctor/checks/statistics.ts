import { randomUUID } from 'node:crypto';
import { findDrift } from '../../db/statistics-drift.ts';
import { rebuildProjections } from '../../events/projections.ts';
import type { Check } from '../check.ts';

/** Whether the statistics are what the orders add up to. */
export const statistics: Check = {
  name: 'statistics',
  compares: 'the tables of the statistics with the orders, as they stood where the statistics are in the log',
  needs: ['postgres'],
  isByOrder: false,
  async *find({ db, signal }) {
    for (const { table, rows, example } of await findDrift(db)) {
      const differ = rows === 1 ? `One row of ${table} differs` : `${rows} rows of ${table} differ`;
      yield {
        key: table,
        found: `${differ}, such as ${tell(example.kept)}, where the orders add up to ${tell(example.counted)}.`,
        means: 'Statistics, rankings and the dashboard show wrong figures. No order is touched by it.',
        remedy: 'The statistics are built anew from the log; until that is done the old ones are read.',
        repair: () => rebuildProjections({ db, holder: `doctor-${randomUUID()}`, signal }),
      };
    }
  },
};

function tell(row: Readonly<Record<string, unknown>> | null): string {
  if (row === null) return 'nothing';
  return Object.entries(row)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
