import { describe, expect, it } from 'vitest';
import { readPlans } from '../../../bench/queries/query-plans.ts';

const LOG = `2026-11-21 19:00:00.000 UTC [7] steadfast-server LOG:  duration: 12.345 ms  plan:
\tQuery Text: 
\t    select * from orders
\t      order by created_at
\tLimit  (cost=0.42..3.43 rows=50 width=300) (actual time=0.02..0.10 rows=50 loops=1)
\t  Buffers: shared hit=7
2026-11-21 19:00:00.001 UTC [7] steadfast-server WARNING:  something else
2026-11-21 19:00:00.002 UTC [8] steadfast-server LOG:  duration: 0.010 ms  plan:
\tQuery Text: select 1
\tResult  (cost=0.00..0.01 rows=1 width=4)
`;

describe('plans of queries', () => {
  it('are read from the log of PostgreSQL, with their time and without what stands between them', () => {
    expect(readPlans(LOG)).toEqual([
      {
        milliseconds: 12.345,
        words: [
          'Query Text:',
          '    select * from orders',
          '      order by created_at',
          'Limit  (cost=0.42..3.43 rows=50 width=300) (actual time=0.02..0.10 rows=50 loops=1)',
          '  Buffers: shared hit=7',
        ].join('\n'),
      },
      { milliseconds: 0.01, words: 'Query Text: select 1\nResult  (cost=0.00..0.01 rows=1 width=4)' },
    ]);
  });
});
