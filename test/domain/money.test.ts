import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needsApproval } from '../../domain/approval.ts';
import {
  CURRENCIES_WITH_THREE_DECIMALS,
  CURRENCIES_WITHOUT_DECIMALS,
  decimals,
  formatMoney,
  toMajor,
  toMinor,
} from '../../domain/money.ts';

const currencies = [...CURRENCIES_WITHOUT_DECIMALS, ...CURRENCIES_WITH_THREE_DECIMALS, 'EUR', 'USD', 'GBP', 'CHF'];
const anyCurrency = fc.constantFrom(...currencies);
const anyAmount = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  fc.maxSafeNat().map((most) => most % 10 ** 12),
);

describe('an amount', () => {
  it.each(currencies)('of %s comes back from its decimal unchanged', (currency) => {
    fc.assert(
      fc.property(anyAmount, (minor) => {
        expect(toMinor(toMajor(minor, currency), currency)).toBe(minor);
      }),
    );
  });

  it('has as many decimals as its currency when people read it, and means the same', () => {
    fc.assert(
      fc.property(anyAmount, anyCurrency, (minor, currency) => {
        const [number = '', code] = formatMoney(minor, currency).split(' ');
        expect(code).toBe(currency);
        expect(number.split('.')[1]?.length ?? 0).toBe(decimals(currency));
        expect(BigInt(number.replace('.', ''))).toBe(BigInt(minor));
      }),
    );
  });

  it.each([
    [3998, 'EUR', '39.98 EUR'],
    [5, 'USD', '0.05 USD'],
    [1999, 'JPY', '1999 JPY'],
    [1999, 'KWD', '1.999 KWD'],
  ])('of %d minor units of %s reads %j', (minor, currency, text) => {
    expect(formatMoney(minor, currency)).toBe(text);
  });
});

describe('the lists of currencies', () => {
  it('agree with the decimals that ISO 4217 gives, as the runtime knows them', () => {
    // The runtime follows CLDR, which shows these without the decimals that ISO 4217 gives them, or with others.
    const shownOtherwise = new Set(['IQD', 'UGX']);
    for (const currency of currencies.filter((code) => !shownOtherwise.has(code))) {
      const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
      expect(`${currency} ${decimals(currency)}`).toBe(`${currency} ${maximumFractionDigits ?? ''}`);
    }
  });

  it('name no currency twice', () => {
    expect(new Set(currencies).size).toBe(currencies.length);
  });
});

describe('a person must approve', () => {
  it('a total above the limit, and only that', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: -50, max: 50 }),
        anyCurrency,
        (limit, over, currency) => {
          const totalMinor = toMinor(limit, currency) + over;
          expect(needsApproval({ totalMinor, currency }, limit)).toBe(over > 0);
        },
      ),
    );
  });
});
