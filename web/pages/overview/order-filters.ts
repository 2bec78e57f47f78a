/** Which orders the figures count, as the page of orders filters them. */
import type { Schema } from '../../api/client.ts';
import { FAILURE_REASONS } from '../orders/closed-lists.ts';

type Order = Schema<'Order'>;

/** The statuses of an order that is under way. */
export const IN_PROGRESS: Order['status'][] = ['PENDING', 'PROCESSING', 'SHIPPED'];

/** Why an order failed: every reason to cancel but that somebody asked for it. */
export const FAILURES = FAILURE_REASONS.filter((reason) => reason !== 'CANCELLED_ON_REQUEST');
