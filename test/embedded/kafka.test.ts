import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Admin, Producer, stringSerializers } from '@platformatic/kafka';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { findKafkaJars } from '../../embedded/kafka-distribution.ts';
import { type KafkaOptions, type RunningKafka, startKafka } from '../../embedded/kafka.ts';
import { processIdentity } from '../../embedded/process-identity.ts';
import { startTestKafka } from '../support/kafka.ts';
import { temporaryFolder } from './temporary-folder.ts';

const run = promisify(execFile);

async function start(options: Omit<KafkaOptions, 'jars'> = {}): Promise<RunningKafka> {
  const server = await startKafka({ jars: inject('kafkaJars'), ...options });
  onTestFinished(() => server.kill());
  return server;
}

async function createTopic(address: string, topic: string): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [address] });
  try {
    await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
  } finally {
    await admin.close();
  }
}

async function produce(address: string, topic: string, value: string): Promise<void> {
  const producer = new Producer({
    clientId: 'test',
    bootstrapBrokers: [address],
    serializers: stringSerializers,
    retries: 0,
  });
  try {
    await producer.send({ messages: [{ topic, value }], acks: -1 });
  } finally {
    await producer.close();
  }
}

/** Reads as many records with Kafka's own console consumer. */
async function consume(address: string, topic: string, count: number): Promise<string[]> {
  const tool = ['-cp', join(inject('kafkaJars'), '*'), 'org.apache.kafka.tools.consumer.ConsoleConsumer'];
  const what = ['--topic', topic, '--from-beginning', '--max-messages', `${count}`, '--timeout-ms', '30000'];
  const { stdout } = await run('java', ['-Xmx128m', ...tool, '--bootstrap-server', address, ...what]);
  return stdout.trim().split('\n');
}

const shared = await startTestKafka({ 'message.max.bytes': 2_000 });

describe('Kafka for tests', { timeout: 120_000 }, () => {
  it('keeps topics and records when it is killed and started again on the same port', async () => {
    const dataDir = temporaryFolder();
    const first = await start({ dataDir });
    await createTopic(first.address, 'orders');
    await produce(first.address, 'orders', 'accepted');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await start({ dataDir, port: first.port });
    expect(second.address).toBe(first.address);
    await produce(second.address, 'orders', 'paid');
    expect(await consume(second.address, 'orders', 2)).toEqual(['accepted', 'paid']);
    await second.stop();
    expect(processIdentity(first.pid)).toBeUndefined();
    expect(processIdentity(second.pid)).toBeUndefined();
  });

  it('leaves neither process nor folder when it stops', async () => {
    const server = await start();
    const folder = execFileSync('readlink', [`/proc/${server.pid}/cwd`], { encoding: 'utf8' }).trim();
    expect(existsSync(folder)).toBe(true);
    await server.stop();
    expect(processIdentity(server.pid)).toBeUndefined();
    expect(existsSync(folder)).toBe(false);
  });

  it('that an earlier run left behind on the same data is stopped first', async () => {
    const dataDir = temporaryFolder();
    const left = await start({ dataDir });
    const second = await start({ dataDir });
    expect(processIdentity(left.pid)).toBeUndefined();
    await second.stop();
  });

  it('says why it does not start when its port is taken', async () => {
    const port = Number(shared.address.split(':')[1]);
    await expect(start({ port })).rejects.toThrow(/Kafka ended with exit code 1[^]*Address already in use/);
  });

  it('is not started when that is given up', async () => {
    await expect(start({ signal: AbortSignal.abort(new Error('given up')) })).rejects.toThrow('given up');
  });

  it('of a test file has its settings and can be killed and started again at its address', async () => {
    await createTopic(shared.address, 'orders');
    await expect(produce(shared.address, 'orders', 'x'.repeat(3_000))).rejects.toThrow();
    await shared.kill();
    await expect(produce(shared.address, 'orders', 'x')).rejects.toThrow();
    await shared.restart();
    await produce(shared.address, 'orders', 'x');
  });
});

/** A machine whose `mvn` notes that it ran and does this; `cached` is where the jars belong. */
function machineWithMaven(script: string) {
  const folder = temporaryFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const executable = (name: string, content: string) => {
    writeFileSync(join(bin, name), content);
    chmodSync(join(bin, name), 0o755);
  };
  for (const tool of ['sh', 'mkdir', 'cp']) {
    const real = execFileSync('which', [tool], { encoding: 'utf8' }).trim();
    executable(tool, `#!/bin/sh\nexec ${real} "$@"\n`);
  }
  executable('java', '#!/bin/sh\n');
  executable('mvn', `#!/bin/sh\necho ran >> ${folder}/runs\nfor each; do output="\${each#*=}"; done\n${script}\n`);
  return {
    bin,
    runs: () => readFileSync(join(folder, 'runs'), 'utf8'),
    cached: join(folder, 'cache', 'steadfast', 'kafka-4.1.0', 'jars'),
    environment: { PATH: bin, XDG_CACHE_HOME: join(folder, 'cache') },
  };
}

describe('the jars of Kafka', () => {
  it('are fetched once with Maven when two look for them at the same time, and nothing else is left', async () => {
    const { environment, cached, runs } = machineWithMaven('mkdir "$output" && cp pom.xml "$output/kafka.jar"');
    const search = { environment };
    expect(await Promise.all([findKafkaJars(search), findKafkaJars(search)])).toEqual([cached, cached]);
    expect(runs()).toBe('ran\n');
    expect(readdirSync(dirname(cached))).toEqual(['jars']);
    expect(readFileSync(join(cached, 'kafka.jar'), 'utf8')).toContain('<artifactId>kafka-tools</artifactId>');
  });

  it('that cannot be fetched are an error with the words of Maven, and nothing half fetched is kept', async () => {
    const { environment, cached } = machineWithMaven('mkdir "$output"; echo "[ERROR] Could not find artifact"; exit 1');
    await expect(findKafkaJars({ environment })).rejects.toThrow('Maven could not fetch Kafka: [ERROR] Could not find');
    expect(readdirSync(dirname(cached))).toEqual([]);
  });

  it('need Java and Maven, and where these are missing it is said what to install', async () => {
    const { environment } = machineWithMaven('');
    const bare = { ...environment, PATH: temporaryFolder() };
    await expect(findKafkaJars({ environment: bare })).rejects.toThrow(
      /java \(Debian package default-jre-headless\), mvn \(Debian package maven\)/,
    );
  });
});
