/** What commands print: tables for people, JSON for programs. */
import { styleText } from 'node:util';
import Table from 'cli-table3';

type Cell = string | number | undefined;

/** Prints to stdout. */
export interface Printer {
  readonly json: boolean;
  /** An answer of the server: as JSON where asked for, else as `tell` does. */
  answer(answer: unknown, tell: () => void): void;
  /** Names and values, one a line; those without a value are left out. */
  card(rows: readonly (readonly [string, Cell])[]): void;
  /** Rows under a head; says so where there are none. */
  table(head: readonly string[], rows: readonly (readonly Cell[])[]): void;
  line(text: string): void;
}

const PLAIN = { head: [], border: [], compact: true };

/** Makes the printer. Colours appear on a terminal only. */
export function createPrinter({ json }: { json: boolean }): Printer {
  const line = (text: string) => {
    console.log(text);
  };
  return {
    json,
    line,
    answer: (answer, tell) => {
      if (json) line(JSON.stringify(answer, undefined, 2));
      else tell();
    },
    card: (rows) => {
      const table = new Table({ style: PLAIN });
      for (const [name, value] of rows) if (value !== undefined && value !== '') table.push([dim(name), paint(value)]);
      line(table.toString());
    },
    table: (head, rows) => {
      if (rows.length === 0) {
        line('none');
        return;
      }
      const table = new Table({ head: head.map(dim), style: PLAIN });
      for (const row of rows) table.push(row.map((value) => paint(value ?? '')));
      line(table.toString());
    },
  };
}

/** A word in the colour of its meaning, where it is a status. */
export function paint(value: string | number): string {
  const text = String(value);
  if (/^(DELIVERED|PAYMENT_COMPLETED|APPROVED|SHIPMENT_DELIVERED)$/.test(text)) return styleText('green', text);
  if (/^(CANCELLED|PAYMENT_FAILED|DENIED)$/.test(text)) return styleText('red', text);
  return /^(PENDING|AWAITING_APPROVAL|PAYMENT_PENDING)$/.test(text) ? styleText('yellow', text) : text;
}

function dim(text: string): string {
  return styleText('dim', text);
}
