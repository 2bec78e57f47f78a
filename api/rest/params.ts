/** The ids in paths. */
import { z } from 'zod';
import { IDENTIFIER_SHAPE } from '../identifier-shape.ts';

/** The id of an order in a path. */
export const orderParams = z.object({ id: z.string().describe('The id of the order').meta(IDENTIFIER_SHAPE) });

/** An id that the system makes, in a path: what has another shape is not found. */
export const uuidParam = (description: string) => z.string().describe(description).meta({ format: 'uuid' });
