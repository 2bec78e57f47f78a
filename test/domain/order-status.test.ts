import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasReached,
  isAllowed,
  isSettled,
  nextStatus,
  ORDER_STATUS_WORDS,
  ORDER_STATUSES,
  type OrderStatus,
  parseOrderStatus,
  predecessors,
  TRANSITIONS,
} from '../../domain/order-status.ts';

const anyStatus = fc.constantFrom(...ORDER_STATUSES);

/** Where an order goes that is asked to become these statuses, one after the other. */
function walk(wishes: readonly OrderStatus[]): OrderStatus[] {
  const path: OrderStatus[] = ['PENDING'];
  for (const wish of wishes) {
    const from = path.at(-1)!;
    if (isAllowed(from, wish)) path.push(wish);
  }
  return path;
}

/** The word in letters that are upper or lower case as `cases` says. */
function inCases(word: string, cases: readonly boolean[]): string {
  return Array.from(word, (letter, place) => (cases[place] ? letter.toLowerCase() : letter)).join('');
}

describe('an order that is asked to become any status, in any order', () => {
  it('never stands in a status twice, so that it only moves on', () => {
    fc.assert(
      fc.property(fc.array(anyStatus, { maxLength: 30 }), (wishes) => {
        const path = walk(wishes);
        expect(new Set(path).size).toBe(path.length);
      }),
    );
  });

  it('passes the statuses before the one it reached, unless it is cancelled', () => {
    fc.assert(
      fc.property(fc.array(anyStatus, { maxLength: 30 }), (wishes) => {
        const path = walk(wishes).filter((status) => status !== 'CANCELLED');
        expect(path).toEqual(ORDER_STATUSES.slice(0, path.length));
      }),
    );
  });

  it('stays settled once it is delivered or cancelled', () => {
    fc.assert(
      fc.property(fc.array(anyStatus, { maxLength: 30 }), (wishes) => {
        const path = walk(wishes);
        const settled = path.findIndex(isSettled);
        expect(settled === -1 || settled === path.length - 1).toBe(true);
      }),
    );
  });

  it('is cancelled only before it is shipped', () => {
    fc.assert(
      fc.property(fc.array(anyStatus, { maxLength: 30 }), (wishes) => {
        const path = walk(wishes);
        if (path.includes('CANCELLED')) expect(path).not.toContain('SHIPPED');
      }),
    );
  });
});

describe('the table of transitions', () => {
  it('leads from every status to every later one, and only those', () => {
    const reachable = (from: OrderStatus): Set<OrderStatus> =>
      new Set(TRANSITIONS[from].flatMap((to) => [to, ...reachable(to)]));
    expect(Object.fromEntries(ORDER_STATUSES.map((status) => [status, [...reachable(status)].sort()]))).toEqual({
      PENDING: ['CANCELLED', 'DELIVERED', 'PROCESSING', 'SHIPPED'],
      PROCESSING: ['CANCELLED', 'DELIVERED', 'SHIPPED'],
      SHIPPED: ['DELIVERED'],
      DELIVERED: [],
      CANCELLED: [],
    });
  });

  it('reads the same from both ends', () => {
    fc.assert(
      fc.property(anyStatus, anyStatus, (from, to) => {
        expect(predecessors(to).includes(from)).toBe(isAllowed(from, to));
      }),
    );
  });

  it('has settled exactly the statuses that lead nowhere', () => {
    expect(ORDER_STATUSES.filter(isSettled)).toEqual(ORDER_STATUSES.filter((from) => TRANSITIONS[from].length === 0));
    expect(ORDER_STATUSES.filter(isSettled)).toEqual(['DELIVERED', 'CANCELLED']);
  });

  it('leads to delivery by the next status of each', () => {
    expect(ORDER_STATUSES.map(nextStatus)).toEqual(['PROCESSING', 'SHIPPED', 'DELIVERED', undefined, undefined]);
  });
});

describe('a milestone', () => {
  it('is reached by every status on a path that has passed it', () => {
    fc.assert(
      fc.property(fc.array(anyStatus, { maxLength: 30 }), anyStatus, (wishes, milestone) => {
        const path = walk(wishes);
        const isCancelled = path.at(-1) === 'CANCELLED';
        const isPassed = isCancelled ? milestone === 'CANCELLED' : path.includes(milestone);
        expect(hasReached(path.at(-1)!, milestone)).toBe(isPassed);
      }),
    );
  });
});

describe('the word for a status', () => {
  const cases = fc.array(fc.boolean(), { minLength: 10, maxLength: 10 });

  it('is read in any letter case', () => {
    fc.assert(
      fc.property(anyStatus, cases, (status, letters) => {
        expect(parseOrderStatus(inCases(status, letters))).toBe(status);
        expect(parseOrderStatus(`  ${inCases(status, letters)}\n`)).toBe(status);
      }),
    );
  });

  it('may be a former name, in any letter case', () => {
    fc.assert(
      fc.property(cases, (letters) => {
        expect(parseOrderStatus(inCases('PAID', letters))).toBe('PROCESSING');
        expect(parseOrderStatus(inCases('COMPLETED', letters))).toBe('DELIVERED');
      }),
    );
  });

  it('is one of the words that are named as allowed', () => {
    expect(ORDER_STATUS_WORDS.map(parseOrderStatus)).not.toContain(undefined);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseOrderStatus(text) === undefined).toBe(!ORDER_STATUS_WORDS.includes(text.trim().toUpperCase()));
      }),
    );
  });

  it.each(['', ' ', 'DONE', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'PAID,PAID', '0', 'ＰＡＩＤ'])(
    'is not %j',
    (nonsense) => {
      expect(parseOrderStatus(nonsense)).toBeUndefined();
    },
  );
});
