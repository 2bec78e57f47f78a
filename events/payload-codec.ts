/**
 * Encrypts what Temporal keeps: inputs, results and messages of workflows and activities. As in Temporal's own samples, so
 * that their tools can read it: the whole payload within another one, AES-256-GCM, the key named beside it.
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import protobuf from '@temporalio/proto';
import { Failure } from '../domain/failures.ts';

/** A key of 32 bytes and its name, which stands in the open beside what it encrypts. */
export interface PayloadKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The first encrypts, each decrypts; without any nothing is encrypted. */
export type PayloadKeys = readonly PayloadKey[];

const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const { Payload: PayloadMessage } = protobuf.temporal.api.common.v1;

/**
 * Makes the codec. What was kept in the open is read as it is. What cannot be read because its key is missing is an outage
 * ({@link Failure} `UNAVAILABLE`): it is tried again, and goes on when the key is back. `onUnreadable` is told why.
 */
export function createPayloadCodec(keys: PayloadKeys, onUnreadable?: (why: Error) => void): PayloadCodec {
  const [first] = keys;
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const open = (payload: Payload): Payload => {
    try {
      return decrypt(payload, byId);
    } catch (error) {
      const cause = error as Error;
      onUnreadable?.(cause);
      // Callers are told only that it passes; the cause is for those who look after it.
      throw new Failure('UNAVAILABLE', 'The workflow of the order cannot be read now.', { cause });
    }
  };
  return {
    encode: (payloads) => Promise.resolve(first ? payloads.map((payload) => encrypt(payload, first)) : payloads),
    // Asynchronous, so that what it throws is a rejection.
    decode: async (payloads) =>
      Promise.resolve(payloads.map((payload) => (isEncrypted(payload) ? open(payload) : payload))),
  };
}

function encrypt(payload: Payload, { id, key }: PayloadKey): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const parts = [nonce, cipher.update(PayloadMessage.encode(payload).finish()), cipher.final(), cipher.getAuthTag()];
  return { metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(id) }, data: Buffer.concat(parts) };
}

function isEncrypted({ metadata }: Payload): boolean {
  return metadata?.encoding !== undefined && Buffer.from(metadata.encoding).toString() === ENCODING;
}

function decrypt({ metadata, data }: Payload, byId: ReadonlyMap<string, KeyObject>): Payload {
  const id = Buffer.from(metadata?.[KEY_ID] ?? '').toString();
  const key = byId.get(id);
  if (!key) throw new Error(`the payload key "${id}" is not among PAYLOAD_ENCRYPTION_KEYS`);
  const bytes = Buffer.from(data ?? '');
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const encrypted = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
    return PayloadMessage.decode(Buffer.concat([decipher.update(encrypted), decipher.final()]));
  } catch (error) {
    const why = `a payload does not fit the key "${id}": that is another key, or the payload was altered`;
    throw new Error(why, { cause: error });
  }
}
