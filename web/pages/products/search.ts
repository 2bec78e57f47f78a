import { type Period, readPeriod } from '../../elements/days.ts';
import { amountIn, given, textIn, wordIn } from '../../elements/search-values.ts';

const SORT_FIELDS = [
  'id',
  'name',
  'price',
  'available',
  'reserved',
  'quantity',
  'revenue',
  'orders',
  'average_quantity',
] as const;

/** What products can be sorted by, as the API takes it. */
export const PRODUCT_SORTS = SORT_FIELDS.flatMap((field) => [field, `-${field}`] as const);

/** What the address of the page of products holds, so that a view can be shared. */
export interface ProductsSearch {
  /** What stands anywhere in the id or the name. */
  readonly search?: string;
  /** Of which no more than this is left. */
  readonly max_available?: number;
  readonly sort?: (typeof PRODUCT_SORTS)[number];
  readonly page_token?: string;
}

/** Reads it; what means nothing is left out. */
export function productsSearch(search: Record<string, unknown>): ProductsSearch {
  return given({
    search: textIn(search.search),
    max_available: amountIn(search.max_available),
    sort: wordIn(search.sort, PRODUCT_SORTS),
    page_token: textIn(search.page_token),
  });
}

/** What the chart of a product can show. */
export const PRODUCT_MEASURES = ['quantity', 'orders', 'revenue'] as const;

/** What the address of the page of one product holds. */
export interface ProductSearch {
  readonly days?: Period;
  readonly measure?: (typeof PRODUCT_MEASURES)[number];
}

/** Reads it; what means nothing is left out. */
export function productSearch(search: Record<string, unknown>): ProductSearch {
  return given({ days: readPeriod(search.days), measure: wordIn(search.measure, PRODUCT_MEASURES) });
}
