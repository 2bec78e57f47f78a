import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CURRENCIES_WITH_THREE_DECIMALS,
  CURRENCIES_WITHOUT_DECIMALS,
  decimals,
  formatMoney,
} from '../../domain/money.ts';
import { createTestDatabase } from '../support/database.ts';

const { db } = await createTestDatabase();
const currencies = [...CURRENCIES_WITHOUT_DECIMALS, ...CURRENCIES_WITH_THREE_DECIMALS, 'EUR', 'USD', 'GBP', 'XXX'];

describe('the SQL functions for money', () => {
  it('know the decimals of each currency as the domain does', async () => {
    const rows = await db<{ currency: string; decimals: number }[]>`
      select currency, currency_decimals(currency) as decimals from unnest(${currencies}::text[]) as currency`;
    expect([...rows]).toEqual(currencies.map((currency) => ({ currency, decimals: decimals(currency) })));
  });

  it('show every amount in every currency as the domain does', async () => {
    const amount = fc.oneof(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 2000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(amount, { minLength: 50, maxLength: 50 }), async (amounts) => {
        const rows = await db<{ minor: number; currency: string; text: string }[]>`
          select minor, currency, major_units(minor, currency)::text || ' ' || currency as text
          from unnest(${amounts}::bigint[]) as minor cross join unnest(${currencies}::text[]) as currency`;
        expect(rows.length).toBe(amounts.length * currencies.length);
        for (const { minor, currency, text } of rows) expect(text).toBe(formatMoney(minor, currency));
      }),
      { numRuns: 20 },
    );
  });
});
