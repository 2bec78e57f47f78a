/** `steadfast projections rebuild`. */
import type { Command } from 'commander';
import type { OpenSession } from './session.ts';

interface Rebuilt {
  readonly orders: number;
  readonly events: number;
  readonly seconds: number;
}

/** Node's fetch waits five minutes for an answer; the server goes on also when nobody waits any more. */
const REBUILD_WITHIN_MS = 300_000;

/** Adds the commands of the statistics. */
export function addProjections(projections: Command, open: OpenSession): void {
  projections
    .command('rebuild')
    .description('add up all orders anew from the log; what is read stays as it is until that is done')
    .action(async (_options: unknown, command: Command) => {
      const { api, print } = open(command);
      const answer = await api<Rebuilt>('/api/projections/rebuild', { method: 'POST', timeoutMs: REBUILD_WITHIN_MS });
      print.answer(answer, () => {
        print.line(`Rebuilt from ${answer.orders} orders (${answer.events} events) in ${answer.seconds} s.`);
      });
    });
}
