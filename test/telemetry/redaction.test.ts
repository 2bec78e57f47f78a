import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { keepAlsoSecret, keepSecret, redact } from '../../telemetry/redaction.ts';

afterEach(() => keepSecret([]));

test.each([
  ['Authorization: Bearer abc.def-ghi-jkl', 'Authorization: Bearer [redacted]'],
  ['postgres://app:pa$$word@db.example:5432/orders', 'postgres://app:[redacted]@db.example:5432/orders'],
  ['rediss://:pa%2Fword@cache.example', 'rediss://:[redacted]@cache.example'],
  [
    'postgres://app@db.example/orders?sslpassword=abc&password=def',
    'postgres://app@db.example/orders?sslpassword=[redacted]&password=[redacted]',
  ],
  ['the key sk_543619b42d2170df_2vT5 is gone', 'the key sk_[redacted] is gone'],
  ['signed with whsec_MfKQ9r8GKYqrTwjU', 'signed with whsec_[redacted]'],
  ['GET /track/order-1?token=abc123&lang=en', 'GET /track/order-1?token=[redacted]&lang=en'],
  ['{"password":"a \\"quoted\\" one","user":"app"}', '{"password":"[redacted]","user":"app"}'],
  ['{"msg":"{\\"cookie\\":\\"session=abc\\",\\"a\\":1}"}', '{"msg":"{\\"cookie\\":\\"[redacted]\\",\\"a\\":1}"}'],
  ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2ln', 'token [redacted]'],
])('%s is shown as %s', (text, shown) => {
  expect(redact(text)).toBe(shown);
});

test.each([
  'order order-1 is DELIVERED',
  '{"level":30,"order_id":"sk-1","took":"5ms"}',
  'http://127.0.0.1:3000/docs?page=2',
])('%s holds no secret and stays as it is', (text) => {
  expect(redact(text)).toBe(text);
});

test('a secret of the settings is nowhere, however it is written', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 12, maxLength: 40 }), fc.string(), (secret, around) => {
      fc.pre(!'[redacted]'.includes(secret));
      keepSecret([secret]);
      const written = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
      for (const form of written) expect(redact(`${around} ${form} `)).not.toContain(form);
    }),
  );
});

test('secrets that are told one after the other are all kept', () => {
  keepSecret(['first-secret-of-all']);
  keepAlsoSecret('second-secret-of-all');
  keepAlsoSecret('second-secret-of-all');
  expect(redact('first-secret-of-all second-secret-of-all')).toBe('[redacted] [redacted]');
});

test('where one secret begins with another, neither leaves a rest', () => {
  keepSecret(['first-secret-of-all', 'first-secret-of-all-and-more']);
  expect(redact('x first-secret-of-all-and-more y')).toBe('x [redacted] y');
});
