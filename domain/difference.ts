/** What differs between two values of the same shape, by the path of each field. */

/** A field that differs; a side is undefined where the field is absent there. */
export interface Difference {
  /** Such as `order.items[0].quantity`. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Every field that differs between two JSON values, in the order of their fields. Where one side is absent, each field of
 * the other is named; an empty list or object is like an absent one.
 */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (before === after) return [];
  if (!isComparable(before, after)) return [{ field: path, before, after }];
  const isList = Array.isArray(before ?? after);
  const steps = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...steps].flatMap((step) => {
    const field = isList ? `${path}[${step}]` : [path, step].filter((part) => part !== '').join('.');
    return differences(valueAt(before, step), valueAt(after, step), field);
  });
}

/** Whether two values can be compared field by field: both are lists, or both objects, or one of them is absent. */
function isComparable(before: unknown, after: unknown): boolean {
  if (before === undefined) return hasFields(after);
  if (after === undefined) return hasFields(before);
  return hasFields(before) && hasFields(after) && Array.isArray(before) === Array.isArray(after);
}

function hasFields(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function valueAt(value: unknown, step: string): unknown {
  return (value as Readonly<Record<string, unknown>> | undefined)?.[step];
}
