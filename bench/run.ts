/** `npm run bench [-- name…] [--runs N]`: measures the system with real servers and prints what it found. */
import { ArgumentError, readArguments } from './arguments.ts';
import { benchmarks } from './benchmarks.ts';
import { publish } from './publish.ts';

try {
  const { names, runs } = readArguments(process.argv.slice(2), Object.keys(benchmarks));
  for (const name of names) {
    const benchmark = benchmarks[name];
    if (!benchmark) continue;
    console.log(`\n${name}: ${benchmark.title}`);
    const say = (news: string) => {
      console.log(`  ${news}`);
    };
    publish(name, { title: benchmark.title, runs, findings: await benchmark.run({ runs, say }) });
  }
  process.exit(0);
} catch (error) {
  console.error(error instanceof ArgumentError ? error.message : error);
  process.exit(error instanceof ArgumentError ? 2 : 1);
}
