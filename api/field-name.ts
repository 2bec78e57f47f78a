import { shorten } from '../domain/rules.ts';

/** A path into a body or query as people write it, `items[0].quantity`; `body` where it is empty; at most 64 characters, none of them control characters. */
export function fieldName(path: readonly PropertyKey[]): string {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return name === '' ? 'body' : shorten(name.replace(/^\./, ''));
}
