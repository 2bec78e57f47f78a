/**
 * `npm run bench [-- name… --runs N --explain]`: measures the system with real servers and prints what it found. Exits with
 * 1 where a benchmark that judges is not content, with 2 for arguments that cannot be used and for missing programs.
 */
import { ArgumentError, describeChoices, readArguments, RECORDED_RUNS } from './arguments.ts';
import { benchmarks } from './benchmarks.ts';
import { publish } from './findings/publish.ts';
import { PrerequisiteError, requirePrerequisites } from './prerequisites.ts';

try {
  process.exit(await run());
} catch (error) {
  const isRefused = error instanceof ArgumentError || error instanceof PrerequisiteError;
  console.error(isRefused ? error.message : error);
  process.exit(isRefused ? 2 : 1);
}

/** Gives the exit code. */
async function run(): Promise<number> {
  const { names, runs: wanted, isExplaining, isHelp } = readArguments(process.argv.slice(2), benchmarks);
  if (isHelp) {
    console.log(describeChoices(benchmarks));
    return 0;
  }
  const needs = Object.fromEntries(Object.entries(benchmarks).map(([name, benchmark]) => [name, benchmark.needs]));
  await requirePrerequisites({ names, needs });
  let isGood = true;
  for (const name of names) {
    const benchmark = benchmarks[name];
    if (!benchmark) continue;
    console.log(`\n${name}: ${benchmark.title}`);
    const say = (news: string) => {
      console.log(`  ${news}`);
    };
    const runs = wanted ?? benchmark.usualRuns ?? RECORDED_RUNS;
    const findings = await benchmark.run({ runs, isExplaining, say });
    publish(name, { title: benchmark.title, runs, findings });
    const complaint = benchmark.judge?.(findings);
    if (complaint === undefined) continue;
    console.error(complaint);
    isGood = false;
  }
  return isGood ? 0 : 1;
}
