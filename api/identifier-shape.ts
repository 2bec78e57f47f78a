/** What ids look like in the words of JSON Schema, for readers and their tools; the rules are those of the domain. */
export const IDENTIFIER_SHAPE = { pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$', minLength: 1, maxLength: 64 } as const;
