/** Asking the standard health service. */
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';

type Check = (request: object, callback: (error: Error | null, answer?: { status: string }) => void) => void;

const definition = loadPackageDefinition(loadSync(protoPath, { enums: String }));
const { Health } = (definition as unknown as { grpc: { health: { v1: { Health: ServiceClientConstructor } } } }).grpc
  .health.v1;

/** What the server at host:port says of a service, such as `SERVING`; rejects where it does not answer. */
export async function askHealth(address: string, service = ''): Promise<string> {
  const client = new Health(address, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      (client.check as Check)({ service }, (error, answer) => {
        if (answer) resolve(answer.status);
        else reject(error ?? new Error('neither an answer nor an error'));
      });
    });
  } finally {
    client.close();
  }
}
