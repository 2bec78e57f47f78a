/** The coverage of a run: what the tests ran themselves, and what the processes ran that they started. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import libCoverage from 'istanbul-lib-coverage';

const LEAST_LINES = 80;

/** Joins both and says the share of lines; false where it is below the least that is enforced. */
export function isCoverageEnough(): boolean {
  const sources = ['domain', 'db', 'activities', 'workflows', 'events', 'api', 'cli', 'embedded'].map(
    (room) => `${room}/**/*.ts`,
  );
  const included = [...sources, '*.ts'].flatMap((pattern) => ['--include', pattern]);
  const where = ['--temp-directory', 'coverage/processes', '--reports-dir', 'coverage/of-processes'];
  spawnSync('c8', ['report', ...where, '--reporter', 'json', '--exclude', '*.config.ts', ...included], {
    stdio: 'inherit',
  });
  const joined = libCoverage.createCoverageMap({});
  for (const part of ['coverage/coverage-final.json', 'coverage/of-processes/coverage-final.json'])
    joined.merge(JSON.parse(readFileSync(part, 'utf8')) as libCoverage.CoverageMapData);
  // By lines that hold a statement: the two sources cut statements in different ways.
  let lines = 0;
  let covered = 0;
  for (const file of joined.files()) {
    const hits = Object.values(joined.fileCoverageFor(file).getLineCoverage());
    lines += hits.length;
    covered += hits.filter((count) => count > 0).length;
  }
  const share = (100 * covered) / lines;
  console.log(`Lines covered: ${share.toFixed(1)} % of ${lines} (at least ${LEAST_LINES} %)`);
  return share >= LEAST_LINES;
}
