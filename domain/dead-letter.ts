/** What a dead letter has been through: it waits, was replayed, failed to be replayed, or was given up by a person. */
export const DEAD_LETTER_STATUSES = ['PENDING', 'REPLAYED', 'FAILED', 'SKIPPED'] as const;
export type DeadLetterStatus = (typeof DEAD_LETTER_STATUSES)[number];

/** The statuses that somebody has yet to deal with. */
export const UNRESOLVED_STATUSES = ['PENDING', 'FAILED'] as const satisfies readonly DeadLetterStatus[];

/** What could not be published, or could not be taken in. */
export const DEAD_LETTER_SOURCES = ['PUBLISHER', 'INBOUND'] as const;
export type DeadLetterSource = (typeof DEAD_LETTER_SOURCES)[number];
