import { spawnSync } from 'node:child_process';
import { chownSync, readFileSync, statSync } from 'node:fs';

/** Runs programs as a user other than root: `wrap` gives the command line, `own` hands that user a file or folder. */
export interface Unprivileged {
  wrap(command: string, args: readonly string[]): { command: string; args: string[] };
  own(path: string): void;
}

const asIs: Unprivileged = { wrap: (command, args) => ({ command, args: [...args] }), own: () => undefined };

/**
 * PostgreSQL refuses to run as root, so under root its programs run as the user `postgres` or `nobody`. That user may be
 * unable to reach a private folder (a clone in a `mktemp -d`, mode 700); it then gets the one capability to read and pass
 * through folders. Throws when neither works, with what to do.
 */
export function unprivileged({ program, folder }: { program: string; folder: string }): Unprivileged {
  if (process.getuid?.() !== 0) return asIs;
  const { uid, gid, name } = serviceUser();
  const own = (path: string) => ownTree(path, uid, gid);
  for (const capability of [undefined, 'dac_read_search', 'dac_override']) {
    const prefix = setpriv(uid, gid, capability);
    if (!reaches(prefix, program, folder)) continue;
    return { own, wrap: (command, args) => ({ command: 'setpriv', args: [...prefix, command, ...args] }) };
  }
  throw new Error(
    `PostgreSQL does not run as root, and the user "${name}" cannot reach ${program} and ${folder}.\n` +
      'What to do: run Steadfast as a user other than root, or install util-linux (setpriv), ' +
      `or let others pass through the folders on the way (chmod o+x), or set DATABASE_URL to a server of your own.`,
  );
}

function setpriv(uid: number, gid: number, capability: string | undefined): string[] {
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  if (capability === undefined) return [...identity, '--'];
  const only = `-all,+${capability}`;
  // initdb checks its programs with access(2), which ignores capabilities unless this bit is set: capabilities(7), securebits.
  return [...identity, '--securebits=+no_setuid_fixup', `--inh-caps=${only}`, `--ambient-caps=${only}`, '--'];
}

function reaches(prefix: readonly string[], program: string, folder: string): boolean {
  const test = ['sh', '-c', 'test -r "$1" && test -x "$1" && test -x "$2"', 'sh', program, folder];
  return spawnSync('setpriv', [...prefix, ...test], { stdio: 'ignore' }).status === 0;
}

function serviceUser(): { name: string; uid: number; gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  return (
    users.find(({ name }) => name === 'postgres') ??
    users.find(({ name }) => name === 'nobody') ?? { name: 'nobody', uid: 65_534, gid: 65_534 }
  );
}

function ownTree(path: string, uid: number, gid: number): void {
  if (statSync(path).uid === uid) return;
  chownSync(path, uid, gid);
  spawnSync('chown', ['-R', `${uid}:${gid}`, path]);
}
