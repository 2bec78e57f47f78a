import { readConfig } from '../../config.ts';
import { findKafkaJars } from '../../embedded/kafka-distribution.ts';
import { ensureSystemPackages, systemPackages } from '../../embedded/system-packages.ts';
import { findTemporalCli } from '../../embedded/temporal-cli.ts';
import { findToxiproxy } from '../network/toxiproxy-program.ts';

/** The programs that a run needs; without Toxiproxy it goes on, and says why there is none. */
export interface Tools {
  readonly temporalCli: string;
  readonly kafkaJars: string;
  readonly toxiproxy: string | undefined;
  /** Why there is no Toxiproxy. */
  readonly without: string | undefined;
}

/** Finds, installs or builds what is needed; throws what cannot be done without. */
export async function findTools(environment: NodeJS.ProcessEnv, onProgress: (message: string) => void): Promise<Tools> {
  const { java, maven, redis, faketime } = systemPackages;
  await ensureSystemPackages([java, maven, redis], { onProgress });
  // Without it no clock is shifted.
  await ensureSystemPackages([faketime], { onProgress }).catch(() => undefined);
  const temporalCli = await findTemporalCli({ path: readConfig().TEMPORAL_CLI_PATH, environment, onProgress });
  const kafkaJars = await findKafkaJars({ environment, onProgress });
  try {
    const toxiproxy = await findToxiproxy({ environment, onProgress });
    return { temporalCli, kafkaJars, toxiproxy, without: undefined };
  } catch (error) {
    const without = error instanceof Error ? error.message : String(error);
    return { temporalCli, kafkaJars, toxiproxy: undefined, without };
  }
}
