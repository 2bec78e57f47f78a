/** Who may do what: roles, callers, and the orders that a caller may see. */
import { Failure } from './failures.ts';
import { shorten, type Violation } from './rules.ts';

/** The roles. An admin may do what an operator may, an operator sees every order, a customer only their own. */
export const ROLES = ['customer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who may call a route or a method: anybody, or whoever has this role or one that holds it. */
export const ACCESS_LEVELS = ['public', ...ROLES] as const;
export type Access = (typeof ACCESS_LEVELS)[number];

/** By what a caller was known; `anonymous` where nobody is asked who they are. */
export const CALLER_KINDS = ['api_key', 'jwt', 'session', 'anonymous'] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];

/** Who calls. `id` is that of the API key, or the subject of the token. */
export interface Caller {
  readonly kind: CallerKind;
  readonly id: string;
  readonly role: Role;
  /** Whose orders a caller of the role `customer` may see; only such a caller has it. */
  readonly customerId?: string | undefined;
}

/** Everybody, where authentication is off: the server listens on loopback only then. */
export const ANYBODY: Caller = { kind: 'anonymous', id: 'anonymous', role: 'admin' };

/** The roles that may call what asks for this access; none are needed where it is public. */
export function rolesFor(access: Access): readonly Role[] {
  return access === 'public' ? ROLES : ROLES.slice(ROLES.indexOf(access));
}

/** Refuses a caller whose role does not allow it, with `FORBIDDEN`. */
export function demandAccess({ role }: Caller, access: Access): void {
  const roles = rolesFor(access);
  if (roles.includes(role)) return;
  throw new Failure('FORBIDDEN', `This needs the role ${roles.join(' or ')}; yours is ${role}.`);
}

/** Refuses a customer who names another customer, with `FORBIDDEN` and the field that does. */
export function demandOwnCustomer({ customerId }: Caller, field: string, named: string | undefined): void {
  if (customerId === undefined || named === undefined || named === customerId) return;
  const message = `${field} must be ${customerId}: a customer sees and places only their own orders`;
  const violation: Violation = { field, value: shorten(named), rule: 'own_customer', message };
  throw new Failure('FORBIDDEN', message, { violations: [violation] });
}

/** How the audit names a caller: kind and id, such as `api_key:3f2a…`. */
export function actorName({ kind, id }: Caller): string {
  return kind === 'anonymous' ? id : `${kind}:${id}`;
}

/** Whether a name that somebody gives themselves could be taken for that of an authenticated caller. */
export function looksAuthenticated(name: string): boolean {
  return CALLER_KINDS.some((kind) => kind !== 'anonymous' && name.startsWith(`${kind}:`)) || name.startsWith(CLI_ACTOR);
}

/** How the audit names whoever writes to the database by the command line, without a server. */
export const CLI_ACTOR = 'command-line';
