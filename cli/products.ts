/** `steadfast products list|stock`. */
import { type Command, InvalidArgumentError } from 'commander';
import { formatMoney } from '../domain/money.ts';
import type { Api } from './api.ts';
import { CommandFailure, exitCode } from './failure.ts';
import type { Printer } from './printer.ts';
import type { OpenSession } from './session.ts';

/** A product as the server tells it. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly unit_price_minor: number;
  readonly currency: string;
  readonly available: number;
  readonly reserved: number;
}

interface ProductPage {
  readonly products: readonly Product[];
  readonly next_page_token: string;
}

/** Adds the commands of the catalogue. */
export function addProducts(products: Command, open: OpenSession): void {
  products
    .command('list')
    .description('list products with price and stock')
    .action(async (_options: unknown, command: Command) => {
      const { api, print } = open(command);
      const found = await listProducts(api);
      print.answer({ products: found }, () => {
        tellProducts(print, found);
      });
    });

  products
    .command('stock <id>')
    .description('set what is available of a product, or add to it')
    .option('--set <number>', 'what is available from now on', readWhole)
    .option('--adjust <number>', 'added to what is available; may be negative', readWhole)
    .action(async (id: string, { set, adjust }: { set?: number; adjust?: number }, command: Command) => {
      if ((set === undefined) === (adjust === undefined))
        throw new CommandFailure(exitCode.usage, 'Give either --set or --adjust.');
      const { api, print } = open(command);
      const product = await api<Product>(`/api/products/${encodeURIComponent(id)}/stock`, {
        method: 'PUT',
        body: set === undefined ? { adjust } : { available: set },
      });
      print.answer(product, () => {
        tellProducts(print, [product]);
      });
    });
}

/** The whole catalogue. */
export async function listProducts(api: Api): Promise<Product[]> {
  const found: Product[] = [];
  let token: string | undefined;
  do {
    const page: ProductPage = await api('/api/products', { query: { page_size: 500, page_token: token } });
    found.push(...page.products);
    token = page.next_page_token === '' ? undefined : page.next_page_token;
  } while (token !== undefined);
  return found;
}

function tellProducts(print: Printer, products: readonly Product[]): void {
  print.table(
    ['product', 'name', 'unit price', 'available', 'reserved'],
    products.map(({ id, name, unit_price_minor, currency, available, reserved }) => [
      id,
      name,
      formatMoney(unit_price_minor, currency),
      available,
      reserved,
    ]),
  );
}

function readWhole(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value)) throw new InvalidArgumentError('It is not a whole number.');
  return value;
}
