/** Reading a JSON Schema: its alternatives, types, values and fields. */
import type { JsonSchema } from '../events/schemas/json-schemas.ts';

/** Words that explain and do not restrict. */
const EXPLANATIONS = ['$schema', '$id', '$comment', 'title', 'description', 'examples', 'default', 'deprecated'];

/** Whether a keyword only explains. */
export function isExplanation(keyword: string): boolean {
  return EXPLANATIONS.includes(keyword);
}

/** A schema as alternatives of one type each, each with everything that holds for it. */
export function alternatives(schema: JsonSchema): JsonSchema[] {
  const { anyOf, ...rest } = schema;
  if (Array.isArray(anyOf)) return (anyOf as JsonSchema[]).flatMap((branch) => alternatives(merge(rest, branch)));
  return Array.isArray(schema.type) ? schema.type.map((type: unknown) => ({ ...schema, type })) : [schema];
}

/** The type of an alternative; undefined where it may be any. */
export function typeOf({ type }: JsonSchema): string | undefined {
  return type as string | undefined;
}

/** The values of a closed list; undefined where there is none. */
export function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  return 'const' in schema ? [schema.const] : (schema.enum as unknown[] | undefined);
}

/** The described fields by name. */
export function fieldsOf({ properties }: JsonSchema): ReadonlyMap<string, JsonSchema> {
  return new Map(Object.entries((properties ?? {}) as Record<string, JsonSchema>));
}

/** The names of the fields that are always there. */
export function requiredOf({ required }: JsonSchema): readonly string[] {
  return (required ?? []) as string[];
}

/** What every element of a list is; undefined where nothing is said. */
export function itemsOf({ items }: JsonSchema): JsonSchema | undefined {
  return isObject(items) ? items : undefined;
}

/** Whether two JSON values are the same, whatever the order of their fields. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** Both at once. What both restrict, each otherwise, is kept under a name of its own, which is no keyword. */
function merge(rest: JsonSchema, branch: JsonSchema): JsonSchema {
  const merged: Record<string, unknown> = { ...rest };
  for (const [keyword, value] of Object.entries(branch)) {
    if (isExplanation(keyword)) continue;
    if (keyword === 'required') merged.required = [...new Set([...requiredOf(rest), ...(value as string[])])];
    else if (merged[keyword] === undefined || isSame(merged[keyword], value)) merged[keyword] = value;
    else merged[`anyOf.${keyword}`] = value;
  }
  return merged;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, sorted(part)]));
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
