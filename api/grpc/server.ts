/** The gRPC server, apart from listening. */
import { Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { OrderServiceService } from '../../proto/gen/order/v1/order.ts';
import { withSafeDecoding } from './decoding.ts';
import { loadDescriptors } from './descriptors.ts';
import { createOrderService, type OrderServiceDependencies } from './order-service.ts';

/** What the server works with; `reflection` lets anybody read the contract. */
export interface GrpcDependencies extends OrderServiceDependencies {
  readonly reflection: boolean;
}

/** A server with the standard health service; `setServing` tells those who watch it. */
export interface GrpcServer {
  readonly server: Server;
  setServing(isServing: boolean): void;
}

const MOST_MESSAGE_BYTES = 1_048_576;
const SERVICES = ['', 'order.sv1.OrderService'];

/** Builds the server with its services; it is bound to an address afterwards. */
export function buildGrpcServer(dependencies: GrpcDependencies): GrpcServer {
  const server = new Server({
    'grpc.max_receive_message_length': MOST_MESSAGE_BYTES,
    // Callers that vanished are noticed, so that their streams end.
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
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
