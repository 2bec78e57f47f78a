import { hostname } from 'node:os';
import { listLeases } from '../../db/leases.ts';
import type { Check } from '../check.ts';

/** No setting makes a lease longer than this by far: the longest is three beats of a minute. */
const LONGEST_LEASE_MS = 3_600_000;

/** Whether leases are held by those who are alive. */
export const leases: Check = {
  name: 'leases',
  compares: 'the leases of the relays with the processes of this machine',
  needs: ['postgres'],
  isByOrder: false,
  async *find({ db }) {
    for (const { name, holder, until, leftMs } of await listLeases(db)) {
      const isDead = isDeadProcess(holder);
      const isEndless = leftMs > LONGEST_LEASE_MS;
      if (!isDead && !isEndless) continue;
      const who = isDead ? `${holder}, a process of this machine that is not there any more,` : holder;
      yield {
        key: `${name} ${holder}`,
        found: `${who} holds the lease of "${name}" until ${until}.`,
        means: 'Nobody else does its work before that.',
        remedy: isEndless
          ? `No relay takes so long a lease: set lease_until of "${name}" in consumers to now() once its holder is gone.`
          : 'Nothing: another relay takes over then.',
        isNote: !isEndless,
      };
    }
  },
};

/** Holders are named `<host>-<pid>-<random>`; of other machines nothing is known. */
function isDeadProcess(holder: string): boolean {
  const [, host, pid] = /^(.+)-(\d+)-[0-9a-f]{8}$/.exec(holder) ?? [];
  if (host !== hostname() || pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
