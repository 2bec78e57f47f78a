/** What a broken or hostile gRPC client sends: made from a seed, so that it can be done again. */
import { deflateSync, gzipSync } from 'node:zlib';
import { oneOf, type Random, wholeNumber } from '../../cli/generate/random.ts';
import { OrderServiceService } from '../../proto/gen/order/v1/order.ts';

/** A call over HTTP/2: its headers and the bytes that follow them in pieces. */
export interface FuzzedCall {
  readonly kind: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly pieces: readonly Buffer[];
  /** Whether the client says that it is done; such a call has to be answered. */
  readonly isWhole: boolean;
  /** Whether the client resets the stream once all is sent. */
  readonly isReset: boolean;
}

/** Bytes on a connection of their own, which need not be HTTP/2. */
export interface FuzzedBytes {
  readonly kind: string;
  readonly bytes: Buffer;
}

const METHODS = Object.values(OrderServiceService);
const JSON_LIKE = Buffer.from('{"customer_id":"c"}');
const MEGABYTE = 1_048_576;

const TEXTS = [
  '',
  'customer-1',
  'prod-001',
  '\0',
  'a\0b',
  '\u202e',
  '__proto__',
  'constructor',
  "'; drop table orders; --",
  '../../etc/passwd',
  '%00',
  'x'.repeat(5000),
  '🧨'.repeat(100),
  '\r\nset-cookie: a=b',
];
const NUMBERS = [0, -1, 1, 1000, 1001, 2 ** 31 - 1, -(2 ** 31), 2 ** 31];
const AMOUNTS = [NaN, Infinity, -Infinity, -1, -0, 1e308, 5e-324, 2 ** 53 + 1, 39.98];

/** Makes the next call of a series. */
export function makeCall(random: Random): FuzzedCall {
  const make = oneOf(random, KINDS);
  return make(random);
}

/** Makes the bytes of the next connection of a series. */
export function makeBytes(random: Random): FuzzedBytes {
  const make = oneOf(random, CONNECTIONS);
  return make(random);
}

const KINDS: readonly ((random: Random) => FuzzedCall)[] = [
  (random) => call('odd values', random, { body: [frame(message(random))] }),
  (random) => call('cut off', random, { body: [cut(random, frame(message(random)))] }),
  (random) => call('a wrong length', random, { body: [withLength(message(random), anyLength(random))] }),
  (random) => call('a flag that is none', random, { body: [frame(message(random), wholeNumber(random, 2, 255))] }),
  (random) => call('compressed, unannounced', random, { body: [frame(gzipSync(message(random)), 1)] }),
  (random) =>
    call('compressed', random, {
      body: [frame(oneOf(random, [gzipSync, deflateSync])(message(random)), 1)],
      headers: { 'grpc-encoding': oneOf(random, ['gzip', 'deflate', 'identity', 'br', 'snappy', 'x'.repeat(300)]) },
    }),
  (random) =>
    call('a gzip bomb', random, {
      body: Array.from({ length: wholeNumber(random, 1, 12) }, () => frame(bomb(), 1)),
      headers: { 'grpc-encoding': 'gzip' },
    }),
  (random) => call('no gzip', random, { body: [frame(garbage(random, 60), 1)], headers: { 'grpc-encoding': 'gzip' } }),
  (random) => call('garbage', random, { body: [frame(garbage(random, wholeNumber(random, 1, 400)))] }),
  (random) => call('garbage without a frame', random, { body: [garbage(random, wholeNumber(random, 1, 40))] }),
  (random) => call('flipped bits', random, { body: [frame(flip(random, message(random)))] }),
  (random) => call('groups in groups', random, { body: [frame(Buffer.alloc(wholeNumber(random, 1, 60_000), 0x0b))] }),
  (random) => call('messages in messages', random, { body: [frame(nested(wholeNumber(random, 1, 300)))] }),
  (random) => call('more than a megabyte', random, { body: [withLength(JSON_LIKE, MEGABYTE + 1)] }),
  (random) => call('no text in UTF-8', random, { body: [frame(field(1, Buffer.from([0xed, 0xa0, 0x80])))] }),
  (random) => call('a thousand lines', random, { body: [frame(Buffer.concat(Array(1000).fill(field(2, JSON_LIKE))))] }),
  (random) =>
    call('several messages', random, { body: Array(wholeNumber(random, 2, 40)).fill(frame(message(random))) }),
  (random) => call('no message', random, { body: [] }),
  (random) => call('an empty message', random, { body: [frame(Buffer.alloc(0))] }),
  (random) =>
    call('byte by byte', random, {
      body: [...frame(message(random)).subarray(0, 60)].map((one) => Buffer.from([one])),
    }),
  (random) => call('large metadata', random, { headers: { 'x-large': 'x'.repeat(wholeNumber(random, 8000, 50_000)) } }),
  (random) => call('much metadata', random, { headers: Object.fromEntries(many(random)) }),
  (random) =>
    call('binary metadata', random, { headers: { 'x-some-bin': oneOf(random, ['*', '====', 'AAA', '%%%']) } }),
  (random) => call('a wrong timeout', random, { headers: { 'grpc-timeout': oneOf(random, TIMEOUTS) } }),
  (random) => call('credentials', random, { headers: { authorization: oneOf(random, CREDENTIALS) } }),
  (random) =>
    call('headers of its own', random, {
      headers: oneOf(random, [
        { 'idempotency-key': 'x'.repeat(300) },
        { 'idempotency-key': ' ' },
        { traceparent: '00-zz' },
        { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00` },
        { 'x-api-key': ['a', 'b'] },
        { 'grpc-accept-encoding': 'nothing' },
        { te: 'gzip' },
      ]),
    }),
  (random) => call('another content type', random, { headers: { 'content-type': oneOf(random, CONTENT_TYPES) } }),
  (random) =>
    call('another method of HTTP', random, { headers: { ':method': oneOf(random, ['GET', 'PUT', 'DELETE', 'PRI']) } }),
  (random) => call('nobody’s method', random, { headers: { ':path': oneOf(random, PATHS) } }),
  (random) =>
    call('nobody’s service', random, {
      headers: { ':path': `/${garbage(random, 8).toString('hex')}/${oneOf(random, TEXTS).length}` },
    }),
  (random) => ({ ...call('reset at once', random, { body: [] }), isWhole: false, isReset: true }),
  (random) => ({
    ...call('reset in the middle', random, { body: [cut(random, frame(message(random)))] }),
    isWhole: false,
    isReset: true,
  }),
  (random) => ({ ...call('reset when done', random, { body: [frame(message(random))] }), isReset: true }),
  (random) =>
    call('health and reflection', random, {
      headers: {
        ':path': oneOf(random, [
          '/grpc.health.v1.Health/Check',
          '/grpc.health.v1.Health/List',
          '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
          '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
        ]),
      },
      body: [frame(oneOf(random, [garbage(random, 20), message(random), field(1, Buffer.from('nobody'))]))],
    }),
];

const TIMEOUTS = ['', '1', 'S', '-1S', '1.5S', '999999999S', '99999999H', '0n', '1n', '1x', '１S'.slice(1), '0S'];
const CREDENTIALS = [
  '',
  'Bearer',
  'Bearer ',
  'Bearer a.b.c',
  `Bearer ${'x'.repeat(4000)}`,
  'Basic YTpi',
  'Bearer sk_x',
];
const CONTENT_TYPES = [
  'application/json',
  'application/grpc+json',
  'application/grpc-web',
  'application/grpc;x=y',
  'text/plain',
  '',
  'application/grpcx',
];
const PATHS = [
  '/',
  '/order.sv1.OrderService',
  '/order.sv1.OrderService/',
  '/order.sv1.OrderService/createOrder',
  '/order.sv1.OrderService/Create%4frder',
  '//CreateOrder',
  '/__proto__/constructor',
  '/a/b/c',
  `/${'x'.repeat(3000)}`,
  '/%00/%ff',
  '/\u0080\u00ff/x',
  '*',
];

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const SETTINGS = httpFrame(4, 0, 0, Buffer.alloc(0));

const CONNECTIONS: readonly ((random: Random) => FuzzedBytes)[] = [
  (random) => ({ kind: 'no HTTP at all', bytes: garbage(random, wholeNumber(random, 1, 2000)) }),
  () => ({ kind: 'HTTP/1.1', bytes: Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n') }),
  () => ({ kind: 'TLS', bytes: Buffer.from('16030100050100000100', 'hex') }),
  (random) => ({ kind: 'half a preface', bytes: PREFACE.subarray(0, wholeNumber(random, 1, PREFACE.length - 1)) }),
  (random) => h2('garbage after the preface', garbage(random, wholeNumber(random, 9, 500))),
  (random) => h2('frames of any type', anyFrames(random, 30)),
  () => h2('a frame that is too long', Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1])),
  () => h2('data of no stream', httpFrame(0, 1, 1, Buffer.from('x'))),
  () => h2('data of stream 0', httpFrame(0, 1, 0, Buffer.from('x'))),
  () =>
    h2(
      'headers that go on for ever',
      Buffer.concat([
        httpFrame(1, 0, 1, Buffer.from([0x82])),
        ...Array<Buffer>(200).fill(httpFrame(9, 0, 1, Buffer.alloc(100, 0x82))),
      ]),
    ),
  () => h2('headers that cannot be unpacked', httpFrame(1, 5, 1, Buffer.alloc(20, 0xff))),
  () => h2('many resets', Buffer.concat(Array.from({ length: 300 }, (_, place) => openAndReset(2 * place + 1)))),
  () => h2('many pings', Buffer.concat(Array(500).fill(httpFrame(6, 0, 0, Buffer.alloc(8))))),
  () => h2('many settings', Buffer.concat(Array(500).fill(httpFrame(4, 0, 0, Buffer.from('000400000001', 'hex'))))),
  () => h2('a window that overflows', httpFrame(8, 0, 0, Buffer.from('7fffffff', 'hex'))),
  () => h2('a window of nothing', httpFrame(8, 0, 0, Buffer.alloc(4))),
  () => h2('settings that are not allowed', httpFrame(4, 0, 0, Buffer.from('0005ffffffff', 'hex'))),
  () => h2('an even stream', httpFrame(1, 5, 2, Buffer.from([0x82, 0x86, 0x84]))),
];

function call(
  kind: string,
  random: Random,
  { body, headers = {} }: { body?: readonly Buffer[]; headers?: Record<string, string | readonly string[]> },
): FuzzedCall {
  return {
    kind,
    headers: {
      ':method': 'POST',
      ':path': oneOf(random, METHODS).path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    },
    pieces: body ?? [frame(message(random))],
    isWhole: true,
    isReset: false,
  };
}

/** A message of one of the methods, right in its shape and mostly wrong in its values. */
function message(random: Random): Buffer {
  const text = () => oneOf(random, TEXTS);
  const number = () => oneOf(random, NUMBERS);
  const shapes = [
    () => ({
      customer_id: text(),
      items: Array.from({ length: wholeNumber(random, 0, 3) }, () => ({ product_id: text(), quantity: number() | 0 })),
      order_id: text(),
      total_amount: oneOf(random, AMOUNTS),
    }),
  ];
  const { requestSerialize } = OrderServiceService.createOrder;
  const byNumber = () =>
    Buffer.concat(
      Array.from({ length: wholeNumber(random, 1, 5) }, () =>
        oneOf(random, [
          () => field(wholeNumber(random, 1, 12), Buffer.from(text())),
          () => varint(wholeNumber(random, 1, 12), number()),
          () => field(2, field(1, Buffer.from(text()))),
        ])(),
      ),
    );
  return oneOf(random, [() => requestSerialize(oneOf(random, shapes)() as never), byNumber])();
}

/** The frame of gRPC: a flag, the length and the message. */
function frame(content: Buffer, flag = 0): Buffer {
  return withLength(content, content.length, flag);
}

function withLength(content: Buffer, length: number, flag = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, content]);
}

function anyLength(random: Random): number {
  return oneOf(random, [0, 1, 5, 1000, MEGABYTE, MEGABYTE + 1, 2 ** 31, 2 ** 32 - 1]);
}

/** A field of protobuf with a length. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([lengthOf((number << 3) | 2), lengthOf(content.length), content]);
}

function varint(number: number, value: number): Buffer {
  return Buffer.concat([lengthOf(number << 3), lengthOf(value)]);
}

function lengthOf(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

function nested(depth: number): Buffer {
  let content: Buffer = Buffer.from('x');
  for (let level = 0; level < depth; level += 1) content = field(2, content);
  return content;
}

let madeBomb: Buffer | undefined;
/** 16 MB in 16 KB. */
function bomb(): Buffer {
  madeBomb ??= gzipSync(Buffer.alloc(16 * MEGABYTE));
  return madeBomb;
}

function cut(random: Random, bytes: Buffer): Buffer {
  return bytes.subarray(0, wholeNumber(random, 0, Math.max(0, bytes.length - 1)));
}

function flip(random: Random, bytes: Buffer): Buffer {
  const flipped = Buffer.from(bytes);
  for (let times = wholeNumber(random, 1, 6); times > 0 && flipped.length > 0; times -= 1) {
    const place = wholeNumber(random, 0, flipped.length - 1);
    flipped[place] = (flipped[place] ?? 0) ^ (1 << wholeNumber(random, 0, 7));
  }
  return flipped;
}

function garbage(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => wholeNumber(random, 0, 255)));
}

function many(random: Random): [string, string][] {
  return Array.from({ length: wholeNumber(random, 50, 110) }, (_, place) => [`x-${place}`, oneOf(random, ['', 'y'])]);
}

/** The frame of HTTP/2. */
function httpFrame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function h2(kind: string, rest: Buffer): FuzzedBytes {
  return { kind, bytes: Buffer.concat([PREFACE, SETTINGS, rest]) };
}

function anyFrames(random: Random, most: number): Buffer {
  return Buffer.concat(
    Array.from({ length: wholeNumber(random, 1, most) }, () =>
      httpFrame(
        wholeNumber(random, 0, 12),
        wholeNumber(random, 0, 255),
        wholeNumber(random, 0, 7),
        garbage(random, wholeNumber(random, 0, 40)),
      ),
    ),
  );
}

function openAndReset(stream: number): Buffer {
  return Buffer.concat([
    httpFrame(1, 4, stream, Buffer.from([0x83, 0x86, 0x84])),
    httpFrame(3, 0, stream, Buffer.from([0, 0, 0, 8])),
  ]);
}
