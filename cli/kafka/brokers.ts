/** Reading the state of the brokers. */
import { type Admin, ConfigResourceTypes } from '@platformatic/kafka';
import { describeKafkaError } from '../../events/kafka/errors.ts';
import { unknown } from './connection.ts';
import { type Setting, toSettings } from './settings.ts';

/** A broker; `error` says why it cannot be reached. Sizes in bytes, absent where the broker does not tell. */
export interface BrokerHealth {
  readonly id: number;
  readonly address: string;
  readonly rack: string | null;
  readonly is_controller: boolean;
  readonly is_reachable: boolean;
  readonly error?: string;
  readonly log_dirs: readonly { readonly path: string; readonly total_bytes?: number; readonly free_bytes?: number }[];
}

/** Every broker of the cluster, asked one by one. */
export async function readBrokers(admin: Admin): Promise<{ cluster: string; brokers: BrokerHealth[] }> {
  const { id: cluster, brokers, controllerId } = await admin.metadata({ topics: [], forceUpdate: true });
  const directories = await readLogDirectories(admin);
  const health = [...brokers].map(async ([id, { host, port, rack }]) => {
    const reached = await admin.connectToBrokers([id]).then(
      () => ({ is_reachable: true }),
      (error: unknown) => ({ is_reachable: false, error: describeKafkaError(error) }),
    );
    const log_dirs = directories.get(id) ?? [];
    return {
      id,
      address: `${host}:${port}`,
      rack: rack ?? null,
      is_controller: id === controllerId,
      ...reached,
      log_dirs,
    };
  });
  return { cluster, brokers: (await Promise.all(health)).sort((one, other) => one.id - other.id) };
}

/** The settings of a broker by name; of the first one where none is named. */
export async function readBrokerSettings(
  admin: Admin,
  wanted: number | undefined,
): Promise<{ broker: number; settings: Setting[] }> {
  const { brokers } = await admin.metadata({ topics: [], forceUpdate: true });
  const broker = wanted ?? Math.min(...brokers.keys());
  if (!brokers.has(broker)) throw unknown('broker', String(broker), 'brokers');
  const resource = { resourceType: ConfigResourceTypes.BROKER, resourceName: String(broker) };
  const [described] = await admin.describeConfigs({ resources: [resource] });
  return { broker, settings: toSettings(described?.configs ?? []) };
}

/** Brokers that are away, old or forbid it do not tell; then nothing is told. */
async function readLogDirectories(admin: Admin): Promise<Map<number, BrokerHealth['log_dirs']>> {
  const described = await admin.describeLogDirs({ topics: [] }).catch(() => []);
  const bytes = (name: 'total_bytes' | 'free_bytes', size: bigint) => (size < 0n ? {} : { [name]: Number(size) });
  return new Map(
    described.map(({ broker, results }) => [
      broker,
      results.map(({ logDir, totalBytes, usableBytes }) => ({
        path: logDir,
        ...bytes('total_bytes', totalBytes),
        ...bytes('free_bytes', usableBytes),
      })),
    ]),
  );
}
