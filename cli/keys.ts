/** `steadfast keys create|list|revoke`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import ms from 'ms';
import { ROLES } from '../domain/access.ts';
import { type KeyAnswer, openKeyStore } from './key-store.ts';
import type { OpenSession, Session } from './session.ts';

interface NewKey {
  readonly role: string;
  readonly customer?: string;
  readonly expires?: number;
  readonly database?: string;
}

const DATABASE = [
  '--database <url>',
  'write there instead of asking the server: for the first key (else, without an API key, the database of the running system)',
] as const;

/** Adds the commands of API keys. */
export function addKeys(keys: Command, open: OpenSession): void {
  keys
    .command('create <name>')
    .description('make a key; it is shown this once')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--customer <id>', 'whose orders it shows; for the role customer')
    .option('--expires <span>', 'when it ends, such as 90d; never where absent', readSpan)
    .option(...DATABASE)
    .action(async (name: string, { role, customer, expires, database }: NewKey, command: Command) => {
      const session = open(command);
      const { print } = session;
      const store = openKeyStore(session, database);
      const expires_at = expires === undefined ? undefined : new Date(Date.now() + expires).toISOString();
      const key = await store.create({ name, role, customer_id: customer, expires_at }).finally(store.close);
      const isNeeded = database !== undefined || (await isAuthenticationOn(session));
      print.answer(key, () => {
        print.card([...tell(key), ['key', key.key]]);
        print.line('Keep the key: it is not shown again.');
        if (!isNeeded) print.line('Nobody needs it yet: authentication is off. Start the server with AUTH=on.');
      });
    });

  keys
    .command('list')
    .description('list keys, the newest first, also those that have ended')
    .option(...DATABASE)
    .action(async ({ database }: { database?: string }, command: Command) => {
      const { print } = open(command);
      const store = openKeyStore(open(command), database);
      const found = await store.list().finally(store.close);
      print.answer({ keys: found }, () => {
        print.table(
          ['key', 'name', 'role', 'customer', 'state', 'last used', 'created'],
          found.map((key) => [
            key.id,
            key.name,
            key.role,
            key.customer_id,
            stateOf(key),
            key.last_used_at,
            key.created_at,
          ]),
        );
      });
    });

  keys
    .command('revoke <id>')
    .description('end a key for ever, everywhere within five seconds')
    .option(...DATABASE)
    .action(async (id: string, { database }: { database?: string }, command: Command) => {
      const { print } = open(command);
      const store = openKeyStore(open(command), database);
      const key = await store.revoke(id).finally(store.close);
      print.answer(key, () => print.card(tell(key)));
    });
}

/** Whether the server asks who calls; one that does not answer is taken for one that does. */
async function isAuthenticationOn({ api }: Session): Promise<boolean> {
  const asked = api<{ authentication_required?: boolean }>('/api/session', { timeoutMs: 3000 });
  const { authentication_required: isRequired = true } = await asked.catch(() => ({ authentication_required: true }));
  return isRequired;
}

function tell(key: KeyAnswer): [string, string | undefined][] {
  return [
    ['id', key.id],
    ['name', key.name],
    ['role', key.role],
    ['customer', key.customer_id],
    ['expires', key.expires_at],
    ['revoked', key.revoked_at],
  ];
}

function stateOf({ revoked_at, expires_at }: KeyAnswer): string {
  if (revoked_at !== undefined) return 'revoked';
  return expires_at !== undefined && Date.parse(expires_at) <= Date.now() ? 'expired' : 'valid';
}

function readSpan(text: string): number {
  const span = ms(text as ms.StringValue);
  if (typeof span !== 'number' || !(span > 0)) throw new InvalidArgumentError('It is not a time span like 12h or 90d.');
  return span;
}
