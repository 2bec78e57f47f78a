import type { Schema } from '../../api/client.ts';

/** The colour of each status in charts, of the same hue as its badge. */
export const STATUS_COLOURS: Readonly<Record<Schema<'Order'>['status'], string>> = {
  PENDING: 'yellow.6',
  PROCESSING: 'blue.6',
  SHIPPED: 'grape.6',
  DELIVERED: 'teal.7',
  CANCELLED: 'red.7',
};
