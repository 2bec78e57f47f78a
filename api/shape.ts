/** Checking the shape of requests and messages: every violation at once, in the same words as broken rules. */
import { z } from 'zod';
import { type Failure, invalidRequest } from '../domain/failures.ts';
import type { Violation } from '../domain/rules.ts';
import { violation } from './checks.ts';
import { fieldName } from './field-name.ts';

type Issue = z.core.$ZodIssue;

/** What was given, where it has the shape; else refuses it, naming every violation. */
export function demandShape<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const result = schema.safeParse(given);
  if (!result.success) throw refusalOfShape(schema, result.error, given);
  return result.data;
}

/** The refusal of what has not the shape: its violations, each named as people write it. */
export function refusalOfShape(schema: z.ZodType, { issues }: z.core.$ZodError, given: unknown): Failure {
  const inner = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  const known = inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
  return invalidRequest(issues.flatMap((issue) => toViolations(issue, given, known)));
}

function toViolations(issue: Issue, input: unknown, known: readonly string[]): Violation[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const allowed = issue.path.length === 0 && known.length > 0 ? `; known are ${known.join(', ')}` : '';
      return violation(fieldName(path), valueAt(input, path), 'shape', `is not a known field${allowed}`);
    });
  const value = valueAt(input, issue.path);
  return [violation(fieldName(issue.path), value, 'shape', describe(issue, value))];
}

function describe(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_type') {
    if (value === undefined) return 'is required';
    return `must be ${NOUNS[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  return issue.message;
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    input,
  );
}
