import { z } from 'zod';

const NUMERAL = /^-?\d{1,15}(\.\d{1,15})?$/;

/** A number in a query, in digits: an empty text, which JavaScript takes for 0, is none. */
export const queryNumber = z.preprocess(
  (text) => (typeof text === 'string' && NUMERAL.test(text) ? Number(text) : text),
  z.number(),
);

/** How many entries a page has. */
export const pageSize = queryNumber.optional().meta({ type: 'integer', minimum: 1, maximum: 500, default: 50 });
