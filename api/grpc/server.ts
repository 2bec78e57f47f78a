/** The gRPC server, apart from listening. */
import { Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { OrderServiceService } from '../../proto/gen/order/v1/order.ts';
import { isTracing } from '../../telemetry/spans.ts';
import type { Authentication } from '../auth/authentication.ts';
import type { Limits } from '../limits/limits.ts';
import { SIZES } from '../limits/settings.ts';
import { guardCalls } from './access.ts';
import { spanCalls } from './call-spans.ts';
import { withSafeDecoding } from './decoding.ts';
import { loadDescriptors } from './descriptors.ts';
import { addressOf, guardBytes, limitCalls } from './limits.ts';
import { observeCalls } from './observed-calls.ts';
import { createOrderService, type OrderServiceDependencies } from './order-service.ts';

/** What the server works with; `reflection` lets anybody read the contract. */
export interface GrpcDependencies extends OrderServiceDependencies {
  readonly reflection: boolean;
  readonly authentication: Authentication;
  readonly limits: Limits;
}

/** A server with the standard health service; `setServing` tells those who watch it. */
export interface GrpcServer {
  readonly server: Server;
  setServing(isServing: boolean): void;
}

/** Most calls under way on one connection, further ones wait at the client: all streams of a caller, and others beside them. */
const MOST_CALLS_OF_CONNECTION = 1000;
const CALLS_BESIDE_STREAMS = 100;
/** What HTTP/2 may keep of one connection, in MB; grpc-js itself sets no bound. */
const MOST_MEMORY_OF_CONNECTION = 64;
const SERVICES = ['', 'order.sv1.OrderService'];

/** Builds the server with its services; it is bound to an address afterwards. */
export function buildGrpcServer(dependencies: GrpcDependencies): GrpcServer {
  const { streamsPerCaller } = dependencies.limits.settings;
  const server = new Server({
    'grpc.max_receive_message_length': SIZES.message,
    'grpc.max_concurrent_streams':
      streamsPerCaller > 0
        ? Math.min(MOST_CALLS_OF_CONNECTION, streamsPerCaller + CALLS_BESIDE_STREAMS)
        : MOST_CALLS_OF_CONNECTION,
    'grpc-node.max_session_memory': MOST_MEMORY_OF_CONNECTION,
    'grpc.max_connection_idle_ms': 300_000,
    // Nobody asks for what it would remember of every connection.
    'grpc.enable_channelz': 0,
    // Callers that vanished are noticed, so that their streams end.
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
    interceptors: [
      guardBytes(),
      observeCalls(dependencies.logger),
      ...(isTracing() ? [spanCalls] : []),
      guardCalls(
        dependencies.authentication,
        dependencies.logger,
        (call) => dependencies.limits.countRefused(addressOf(call)),
        (call) => dependencies.limits.demandRoomForUnknown(addressOf(call)),
      ),
      limitCalls(dependencies.limits),
    ],
  });
  server.addService(withSafeDecoding(OrderServiceService), createOrderService(dependencies));
  const health = new HealthImplementation();
  health.addToServer(server);
  if (dependencies.reflection) new ReflectionService(loadDescriptors()).addToServer(server);
  return {
    server,
    setServing: (isServing) => {
      for (const service of SERVICES) health.setStatus(service, isServing ? 'SERVING' : 'NOT_SERVING');
    },
  };
}
