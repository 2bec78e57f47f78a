/** `npm run fuzz -- --minutes N --frames N --seed N`: sends what no client should send, and looks for answers that should not be. */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fuzzGrpc } from './grpc.ts';
import { type Finding, findingsOfAnswer, findingsOfProcesses } from './judge.ts';
import { measureLag } from './lag.ts';
import { fuzzRest, installSchemathesis } from './schemathesis.ts';
import { ADMIN_KEY, withFuzzedSystem } from './system.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    frames: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const { minutes, frames, seed } = { minutes: +values.minutes, frames: +values.frames, seed: +values.seed };
if (!(minutes > 0) || !Number.isInteger(frames) || !Number.isInteger(seed)) {
  console.error('Usage: npm run fuzz -- [--minutes N] [--frames N] [--seed N]');
  process.exit(2);
}

const authorization = `Bearer ${ADMIN_KEY}`;
const program = await installSchemathesis();
console.log(`fuzzing REST for ${minutes} min and gRPC with ${frames} frames; to do it again: --seed ${seed}`);
const { findings, folder } = await withFuzzedSystem(async (system) => {
  const { http, grpc, pids } = system.endpoints();
  const lag = measureLag();
  const overGrpc = await fuzzGrpc({ grpc, authorization, frames, seed, lag });
  console.log(`gRPC: ${overGrpc.sent} frames; ${tell(overGrpc.statuses)}`);
  const overRest = await fuzzRest(program, { http, authorization, minutes, seed, folder: system.folder });
  console.log(`REST: ${overRest.answers.length} answers`);
  // Schemathesis tells the time by the clock.
  const toMoment = (at: number) => at - performance.timeOrigin;
  const findings: Finding[] = [
    ...overGrpc.findings,
    ...overRest.answers.flatMap((answer) =>
      findingsOfAnswer(answer, lag.since(toMoment(answer.at - answer.tookMs), toMoment(answer.at + answer.tookMs))),
    ),
    ...(overRest.isClean ? [] : [{ what: 'REST', wrong: 'Schemathesis found what it says above' }]),
    ...findingsOfProcesses(pids, system.endpoints().pids),
  ];
  lag.stop();
  return { findings, folder: system.folder };
});

for (const { what, wrong } of findings) console.error(`✗ ${what}: ${wrong}`);
if (findings.length > 0) {
  console.error(`${findings.length} findings with --seed ${seed}; the report is in ${folder}`);
  process.exit(1);
}
rmSync(folder, { recursive: true, force: true });
console.log('nothing found');

function tell(statuses: ReadonlyMap<string, number>): string {
  return [...statuses].map(([name, times]) => `${name}: ${times}`).join(', ');
}
