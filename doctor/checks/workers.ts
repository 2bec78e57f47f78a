import { readWorkers, type Workers } from '../../api/processors.ts';
import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';

const MOST_ATTEMPTS = 5;

/** Whether workers ask for tasks. */
export const workers: Check = {
  name: 'workers',
  compares: 'the task queue in Temporal with the workers that ask it for tasks',
  needs: ['temporal'],
  isByOrder: false,
  async *find(scene) {
    const { taskQueue, workers: known, detail } = await askPatiently(scene);
    if (!known) throw new Error(detail ?? 'Temporal does not tell of its workers');
    for (const { tasks, pollers } of known) {
      if (pollers > 0) continue;
      yield {
        key: tasks,
        found: `No worker asks for ${tasks} tasks on the task queue "${taskQueue}".`,
        means: 'Orders are accepted and read, but do not move. Commands are not answered.',
        remedy: 'Start a worker (npm start, or worker.ts) on this namespace and task queue.',
      };
    }
  },
};

/** The pages of the server wait a moment for an answer; the doctor waits for several. */
async function askPatiently(scene: Scene): Promise<Workers> {
  let answer = await readWorkers(scene);
  for (let attempt = 1; !answer.workers && attempt < MOST_ATTEMPTS; attempt += 1) answer = await readWorkers(scene);
  return answer;
}
