import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

/** What stands in place of a request whose bytes are no message of its method. */
export class Undecodable {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * The service with decoding that does not throw, because grpc-js would answer `INTERNAL` for what the client did wrong, and
 * that refuses text that is not UTF-8, as protobuf demands.
 */
export function withSafeDecoding<Service extends ServiceDefinition>(service: Service): Service {
  const methods = Object.entries(service).map(([name, method]) => [name, safeMethod(method)]);
  return Object.fromEntries(methods) as Service;
}

function safeMethod(method: MethodDefinition<unknown, unknown>): MethodDefinition<unknown, unknown> {
  return {
    ...method,
    requestDeserialize: (bytes: Buffer): unknown => {
      try {
        // The generated code decodes a reader as well as bytes.
        return method.requestDeserialize(new BinaryReader(bytes, decodeUtf8) as never);
      } catch (error) {
        return new Undecodable(error instanceof Error ? error.message : 'unknown reason');
      }
    },
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}
