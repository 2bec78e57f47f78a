import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adjustStock, findPrices, findProduct, setStock, upsertProduct } from '../../db/products.ts';
import { createTestDatabase } from '../support/database.ts';
import { stockProduct } from './order-fixture.ts';

const { db } = await createTestDatabase();

describe('a product', () => {
  it('is added with no stock where none is stated, and keeps its stock when it is changed', async () => {
    const product = { id: 'lamp', name: 'Lamp', unitPriceMinor: 900, currency: 'EUR' };
    expect(await upsertProduct(db, product)).toMatchObject({ ...product, available: 0, reserved: 0 });
    await setStock(db, 'lamp', 5);
    const dearer = { ...product, unitPriceMinor: 950 };
    expect(await upsertProduct(db, dearer)).toMatchObject({ ...dearer, available: 5 });
    expect(await upsertProduct(db, { ...dearer, available: 8 })).toMatchObject({ available: 8 });
    expect(await findProduct(db, 'lamp')).toMatchObject({ ...dearer, available: 8 });
  });

  it('is not found where it does not exist', async () => {
    expect(await findProduct(db, 'nothing')).toBeUndefined();
    expect(await setStock(db, 'nothing', 1)).toBeUndefined();
    expect(await adjustStock(db, 'nothing', 1)).toBeUndefined();
    expect(await findPrices(db, ['nothing', '__proto__'])).toEqual(new Map());
  });

  it('is added or changed only where it is as expected', async () => {
    const id = `product-${randomUUID()}`;
    const product = { id, name: 'Bell', unitPriceMinor: 700, currency: 'EUR' };
    expect(await upsertProduct(db, product, product)).toBeUndefined();
    expect(await findProduct(db, id)).toBeUndefined();
    expect(await upsertProduct(db, product, null)).toMatchObject(product);
    expect(await upsertProduct(db, { ...product, name: 'Gong' }, null)).toBeUndefined();
    expect(await upsertProduct(db, { ...product, name: 'Gong' }, { ...product, unitPriceMinor: 1 })).toBeUndefined();
    expect(await findProduct(db, id)).toMatchObject(product);
    expect(await upsertProduct(db, { ...product, name: 'Gong' }, product)).toMatchObject({ name: 'Gong' });
  });
});

describe('stock', () => {
  it('is set only where so much is available as expected', async () => {
    const product = await stockProduct(db, { available: 3 });
    expect(await setStock(db, product, 9, 4)).toBeUndefined();
    expect(await findProduct(db, product)).toMatchObject({ available: 3 });
    expect(await setStock(db, product, 9, 3)).toMatchObject({ available: 9 });
  });

  it('is never adjusted below nothing or beyond what can be counted', async () => {
    const product = await stockProduct(db, { available: 3 });
    expect(await adjustStock(db, product, -3)).toMatchObject({ available: 0 });
    expect(await adjustStock(db, product, -1)).toBeUndefined();
    expect(await adjustStock(db, product, 2 ** 31 - 1)).toMatchObject({ available: 2 ** 31 - 1 });
    expect(await adjustStock(db, product, 1)).toBeUndefined();
    expect(await adjustStock(db, product, -(2 ** 31 - 1))).toMatchObject({ available: 0 });
  });

  it('is adjusted by all who do it at once', async () => {
    const product = await stockProduct(db, { available: 0 });
    await Promise.all(Array.from({ length: 30 }, () => adjustStock(db, product, 2)));
    expect(await findProduct(db, product)).toMatchObject({ available: 60 });
  });
});
