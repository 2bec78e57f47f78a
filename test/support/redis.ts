/** A Redis server of a test file's own, which the test may kill. */
import { afterAll } from 'vitest';
import { reservePort } from '../../embedded/ports.ts';
import { startRedis } from '../../embedded/redis.ts';

/** A server at one address for as long as the test file runs; nothing in it outlives {@link TestRedis.kill}. */
export interface TestRedis {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  /** Ends the server with SIGKILL; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Starts it again after {@link kill}, empty, at the same address; resolves when it answers. */
  readonly restart: () => Promise<void>;
}

/** Starts a server; it ends with the test file. */
export async function startTestRedis(): Promise<TestRedis> {
  // Held also while the server is down, so that nobody else takes it.
  const reserved = await reservePort({ setting: 'port', wanted: 0 });
  const start = () => startRedis({ port: reserved.port });
  let redis = await start();
  afterAll(async () => {
    await redis.stop();
    reserved.release();
  });
  return {
    url: redis.url,
    kill: async () => {
      redis.kill();
      await redis.exited;
    },
    restart: async () => {
      redis = await start();
    },
  };
}
