/** The whole system with a Kafka that speaks TLS and lets in only those who sign in. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, inject, test } from 'vitest';
import { startKafka } from '../../embedded/kafka.ts';
import { reservePort } from '../../embedded/ports.ts';
import { readTopic } from '../events/kafka/read-topic.ts';
import { createAuthority } from '../support/certificates.ts';
import { until } from '../support/until.ts';
import { startSystem, temporaryFolder } from './system.ts';

const run = promisify(execFile);
const HOST = '127.0.0.1';
const authority = createAuthority();

/** A broker with a guarded listener, and a plain one by which the test looks at it. */
async function startGuarded(): Promise<{ plain: string; guarded: string }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-guarded-kafka-'));
  const { certFile, keyFile } = authority.issue('kafka');
  const keystore = join(dataDir, 'kafka.pem');
  writeFileSync(keystore, `${readFileSync(keyFile, 'utf8')}${readFileSync(certFile, 'utf8')}`);
  const [plain, guarded, controller] = await Promise.all(
    [0, 1, 2].map(() => reservePort({ setting: 'port', wanted: 0, host: HOST })),
  );
  const clients = `PLAINTEXT://${HOST}:${plain!.port},GUARDED://${HOST}:${guarded!.port}`;
  const kafka = await startKafka({
    jars: inject('kafkaJars'),
    dataDir,
    port: plain!.port,
    settings: {
      listeners: `${clients},CONTROLLER://${HOST}:${controller!.port}`,
      'advertised.listeners': clients,
      'controller.quorum.voters': `1@${HOST}:${controller!.port}`,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,GUARDED:SASL_SSL,CONTROLLER:PLAINTEXT',
      'listener.name.guarded.sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.guarded.plain.sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required user_shop="open sesame";',
      'listener.name.guarded.ssl.keystore.type': 'PEM',
      'listener.name.guarded.ssl.keystore.location': keystore,
    },
  });
  afterAll(async () => {
    await kafka.stop();
    for (const port of [plain, guarded, controller]) port!.release();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { plain: `${HOST}:${plain!.port}`, guarded: `${HOST}:${guarded!.port}` };
}

const sesame = {
  KAFKA_TLS: 'on',
  KAFKA_SASL_MECHANISM: 'PLAIN',
  KAFKA_SASL_USERNAME: 'shop',
  KAFKA_SASL_PASSWORD: 'open sesame',
};
const { plain, guarded } = await startGuarded();

test('events are published to it, over TLS and signed in', async () => {
  const system = await startSystem(temporaryFolder(), {
    KAFKA_BROKERS: guarded,
    ...sesame,
    NODE_EXTRA_CA_CERTS: authority.caFile,
  });
  const { http } = system.endpoints();
  const response = await fetch(`${http}/api/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customer_id: 'customer-001', items: [{ product_id: 'prod-001', quantity: 1 }] }),
  });
  const { order } = (await response.json()) as { order: { id: string } };
  const [record] = await until(
    'the event is there',
    async () => {
      const records = await readTopic(plain, 'order.created.v1');
      return records.length > 0 && records;
    },
    90_000,
  );
  expect(record?.key).toBe(order.id);
  const signedIn = { KAFKA_BROKERS: guarded, NODE_EXTRA_CA_CERTS: authority.caFile, ...sesame };
  const { stdout } = await run(process.execPath, ['cli/steadfast.mjs', 'kafka', 'topics', 'list', '--json'], {
    env: { ...process.env, ...signedIn },
  });
  expect(stdout).toContain('order.created.v1');
  const ready = (await (await fetch(`${http}/health/ready`)).json()) as { dependencies: object };
  expect(ready.dependencies).toMatchObject({ kafka: { status: 'up' } });
});
