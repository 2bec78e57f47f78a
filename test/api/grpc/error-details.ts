import type { ServiceError } from '@grpc/grpc-js';
import { BadRequest, ErrorInfo, PreconditionFailure, RetryInfo } from 'nice-grpc-error-details';
import { Status } from 'nice-grpc-error-details/lib/proto/google/rpc/status.js';

/** The google.rpc details that an error carries, decoded, by their names. */
export function detailsOf({ metadata }: ServiceError) {
  const [bytes] = metadata.get('grpc-status-details-bin');
  const { details } = Status.decode(bytes as Buffer);
  const find = (name: string) =>
    details.find(({ typeUrl }) => typeUrl === `type.googleapis.com/google.rpc.${name}`)?.value;
  const decode = <Message>(name: string, codec: { decode(bytes: Uint8Array): Message }) => {
    const value = find(name);
    return value && codec.decode(value);
  };
  return {
    errorInfo: decode('ErrorInfo', ErrorInfo),
    badRequest: decode('BadRequest', BadRequest),
    precondition: decode('PreconditionFailure', PreconditionFailure),
    retryInfo: decode('RetryInfo', RetryInfo),
  };
}
