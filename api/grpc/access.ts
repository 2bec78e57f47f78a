/** Who may call each method, and asking them before anything of a call is read. */
import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { type Access, type Caller, demandAccess } from '../../domain/access.ts';
import { OrderServiceService } from '../../proto/gen/order/v1/order.ts';
import type { Authentication } from '../auth/authentication.ts';
import { type Credentials, type Identity, unauthenticated } from '../auth/identity.ts';
import { toFailure, toGrpcStatus } from '../errors.ts';

/** The methods of the service. The type demands every one of them. */
export const METHOD_ACCESS: Readonly<Record<keyof typeof OrderServiceService, Access>> = {
  createOrder: 'customer',
  getOrder: 'customer',
  listOrders: 'customer',
  watchOrder: 'customer',
  cancelOrder: 'customer',
  updateOrderStatus: 'operator',
  markAsDelivered: 'operator',
  updateShipmentLocation: 'operator',
  confirmOrder: 'operator',
  denyOrder: 'operator',
};

/** Services that tell nothing of orders: whether the server is well, and the contract, which is no secret. */
const PUBLIC_SERVICES = /^\/grpc\.(health\.v1\.Health|reflection\.v1(alpha)?\.ServerReflection)\//;

const ORDER_METHODS: ReadonlyMap<string, Access> = new Map(
  Object.entries(METHOD_ACCESS).map(([name, access]) => [
    OrderServiceService[name as keyof typeof OrderServiceService].path,
    access,
  ]),
);

/** Who may call the method at a path such as `/order.sv1.OrderService/GetOrder`; admins, where nobody has said. */
export function accessTo(path: string): Access {
  return PUBLIC_SERVICES.test(path) ? 'public' : (ORDER_METHODS.get(path) ?? 'admin');
}

/** The identities of calls under way, by the metadata that handlers are given. */
const identities = new WeakMap<Metadata, Identity>();

/** Who calls a method that is not public. */
export function identityOf(metadata: Metadata): Identity {
  const identity = identities.get(metadata);
  if (identity) return identity;
  throw new Error('nobody was asked who calls');
}

/** The same, without what is needed for streams only. */
export function callerOf(metadata: Metadata): Caller {
  return identityOf(metadata).caller;
}

/** Asks every caller of a method that is not public who they are, and whether they may. */
export function guardCalls(
  { authenticate }: Pick<Authentication, 'authenticate'>,
  logger: Logger,
  /** Is told of each call without good credentials; may throw another refusal. */
  onUnknown: (call: ServerInterceptingCallInterface) => void,
  /** Is told before the database is asked about a key that has not been seen here; likewise. */
  beforeLookUp: (call: ServerInterceptingCallInterface) => void,
): ServerInterceptor {
  return ({ path }, call) => {
    const access = accessTo(path);
    if (access === 'public') return new ServerInterceptingCall(call);
    const admit = async (metadata: Metadata) => {
      const identity = await authenticate(credentialsIn(metadata), () => beforeLookUp(call)).catch((error: unknown) => {
        if (toFailure(error).code === 'UNAUTHENTICATED') onUnknown(call);
        throw error;
      });
      demandAccess(identity.caller, access);
      identities.set(metadata, identity);
    };
    return new ServerInterceptingCall(call, {
      start: (next) => {
        const listener = new ServerListenerBuilder().withOnReceiveMetadata((metadata, proceed) => {
          admit(metadata).then(
            () => proceed(metadata),
            (error: unknown) => {
              const failure = toFailure(error);
              if (failure.code === 'INTERNAL') logger.error({ err: failure.cause, path }, 'a call failed');
              const { code, details, metadata: about } = toGrpcStatus(failure);
              call.sendStatus({ code: code ?? status.UNKNOWN, details: details ?? '', metadata: about ?? null });
            },
          );
        });
        next(listener.build());
      },
    });
  };
}

function credentialsIn(metadata: Metadata): Credentials {
  return { authorization: onlyOne(metadata, 'authorization'), apiKey: onlyOne(metadata, 'x-api-key') };
}

function onlyOne(metadata: Metadata, name: string): string | undefined {
  const values = metadata.get(name);
  if (values.length > 1) throw unauthenticated(`${name} is there several times.`);
  return values[0]?.toString();
}
