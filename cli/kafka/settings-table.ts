import type { Printer } from '../printer.ts';
import type { Setting } from './settings.ts';

/** Prints settings, one a line; a secret value is not shown. */
export function tellSettings(print: Printer, settings: readonly Setting[]): void {
  print.table(
    ['setting', 'value', ''],
    settings.map(({ name, value, is_default, read_only }) => [
      name,
      value ?? '(secret)',
      [is_default ? 'standard' : '', read_only ? 'read-only' : ''].filter((word) => word !== '').join(', '),
    ]),
  );
}
