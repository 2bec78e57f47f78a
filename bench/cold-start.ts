/** How soon the system can be used after it was started. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from './benchmark.ts';
import { collectFindings } from './findings/findings.ts';
import { runSystem } from './system/run-system.ts';
import { startOneByOne } from './system/start-one-by-one.ts';

/** The database is there already, and the pages are built: a start like any but the first. */
export const coldStart: Benchmark = {
  title: 'from the start of npm start to the first accepted order, and of each process until it is ready',
  needs: ['temporal'],
  async run({ runs, say }) {
    const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-bench-'));
    try {
      await runSystem(dataDir);
      const collector = collectFindings();
      for (let run = 1; run <= runs; run += 1) {
        const { readySeconds, acceptedSeconds } = await runSystem(dataDir);
        say(`${run}/${runs}: first order accepted after ${acceptedSeconds.toFixed(2)} s`);
        collector.add('npm start until it is ready', readySeconds, { unit: 's', isShown: true });
        collector.add('npm start until the first order is accepted', acceptedSeconds, { unit: 's', isShown: true });
        for (const [name, seconds] of Object.entries(await startOneByOne(dataDir)))
          collector.add(`${name} until it is ready`, seconds, { unit: 's', isShown: true });
      }
      return collector.findings;
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};
