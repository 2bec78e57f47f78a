import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from './cache-directory.ts';
import { waitForLock } from './lock.ts';
import { machineOf, requireSystemPackages, systemPackages } from './system-packages.ts';

const run = promisify(execFile);

const version = '4.1.0';

/** The broker, Kafka's own console tools, and a logger that the broker's complaints are printed with. */
const artifacts = [
  { group: 'org.apache.kafka', name: 'kafka_2.13', version },
  { group: 'org.apache.kafka', name: 'kafka-tools', version },
  { group: 'org.apache.logging.log4j', name: 'log4j-slf4j-impl', version: '2.24.3' },
];

/** Where to look and what to fetch with. */
export interface KafkaJarsSearch {
  /** For `HOME` and `XDG_CACHE_HOME`, and for Maven. */
  readonly environment: NodeJS.ProcessEnv;
  /** Told in a few words what takes its time. */
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * The folder with the jars of Kafka: the one in the user's cache, else fetched into it with Maven, once where several
 * processes ask. Throws a `SystemPackagesMissingError` where Java or Maven is missing, or why Maven failed.
 */
export async function findKafkaJars(search: KafkaJarsSearch): Promise<string> {
  const { environment } = search;
  const cached = join(cacheDirectory(environment), `kafka-${version}`, 'jars');
  if (existsSync(cached)) return cached;
  await requireSystemPackages([systemPackages.java, systemPackages.maven], machineOf(environment));
  const lock = await waitForLock(`${dirname(cached)}.lock`, { ...search, doing: 'fetching Kafka' });
  try {
    if (existsSync(cached)) return cached;
    // What an interrupted fetch left is of no use.
    rmSync(dirname(cached), { recursive: true, force: true });
    return await fetchJars(cached, search);
  } finally {
    lock.release();
  }
}

async function fetchJars(cached: string, { environment, onProgress, signal }: KafkaJarsSearch): Promise<string> {
  await mkdir(dirname(cached), { recursive: true });
  const folder = await mkdtemp(join(dirname(cached), 'fetch-'));
  try {
    onProgress?.('fetching Kafka with Maven (once, 10 to 60 s)');
    const jars = join(folder, 'jars');
    await writeFile(join(folder, 'pom.xml'), projectFile());
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${jars}`];
    await run('mvn', ['-q', '-B', ...goal], { cwd: folder, env: environment, signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw new Error(`Maven could not fetch Kafka: ${complaints(error)}`, { cause: error });
    });
    await rename(jars, cached);
    return cached;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function projectFile(): string {
  const dependencies = artifacts.map(
    (each) =>
      `    <dependency><groupId>${each.group}</groupId><artifactId>${each.name}</artifactId><version>${each.version}</version></dependency>`,
  );
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0">',
    '  <modelVersion>4.0.0</modelVersion>',
    '  <groupId>steadfast</groupId><artifactId>kafka-distribution</artifactId><version>1</version>',
    '  <dependencies>',
    ...dependencies,
    '  </dependencies>',
    '  <build><plugins><plugin>',
    '    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId><version>3.8.1</version>',
    '  </plugin></plugins></build>',
    '</project>',
    '',
  ].join('\n');
}

/** Maven prints its errors to standard output, among advice that is the same for each. */
function complaints(error: unknown): string {
  const { stdout = '', message } = error as { stdout?: string; message: string };
  const lines = stdout.split('\n').filter((line) => line.startsWith('[ERROR] ') && !/re-run|\[Help 1\]$/i.test(line));
  return lines.length === 0 ? message : lines.slice(0, 4).join(' | ');
}
