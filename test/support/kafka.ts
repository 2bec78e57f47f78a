/** A Kafka broker of a test file's own, which the test may kill. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { type KafkaOptions, startKafka } from '../../embedded/kafka.ts';
import { reservePort } from '../../embedded/ports.ts';

/** A broker at one address for as long as the test file runs; it knows no topics at first and makes none by itself. */
export interface TestKafka {
  /** host:port */
  readonly address: string;
  /** Ends the broker with SIGKILL; resolves when it is gone. Its records stay. */
  readonly kill: () => Promise<void>;
  /** Starts it again after {@link kill}, with its records, at the same address; resolves when it answers (about 5 s). */
  readonly restart: () => Promise<void>;
}

/** Starts a broker (about 3 s), with these properties of the server besides the usual ones; it ends with the test file. */
export async function startTestKafka(settings: KafkaOptions['settings'] = {}): Promise<TestKafka> {
  const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-test-kafka-'));
  // Held also while the broker is down, so that nobody else takes it.
  const reserved = await reservePort({ setting: 'port', wanted: 0 });
  const start = () => startKafka({ jars: inject('kafkaJars'), dataDir, port: reserved.port, settings });
  let kafka = await start();
  afterAll(async () => {
    await kafka.stop();
    reserved.release();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    address: kafka.address,
    kill: async () => {
      kafka.kill();
      await kafka.exited;
    },
    restart: async () => {
      kafka = await start();
    },
  };
}
