import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { furtherStatus, SHIPMENT_STATUSES } from '../../domain/shipment-status.ts';

const anyStatus = fc.constantFrom(...SHIPMENT_STATUSES);

describe('the status of a shipment', () => {
  it('is the furthest of all news, in whichever order they come', () => {
    fc.assert(
      fc.property(fc.array(anyStatus, { minLength: 1 }), (news) => {
        const furthest = SHIPMENT_STATUSES[Math.max(...news.map((status) => SHIPMENT_STATUSES.indexOf(status)))];
        expect(news.reduce(furtherStatus)).toBe(furthest);
        expect(news.toReversed().reduce(furtherStatus)).toBe(furthest);
      }),
    );
  });

  it('never moves backwards', () => {
    fc.assert(
      fc.property(anyStatus, anyStatus, (known, news) => {
        expect(SHIPMENT_STATUSES.indexOf(furtherStatus(known, news))).toBeGreaterThanOrEqual(
          SHIPMENT_STATUSES.indexOf(known),
        );
      }),
    );
  });
});
