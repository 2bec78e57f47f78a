import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACCESS_LEVELS,
  actorName,
  ANYBODY,
  type Caller,
  demandAccess,
  demandOwnCustomer,
  looksAuthenticated,
  ROLES,
  rolesFor,
} from '../../domain/access.ts';
import type { Failure } from '../../domain/failures.ts';

const caller = (parts: Partial<Caller> = {}): Caller => ({ kind: 'api_key', id: '1', role: 'customer', ...parts });

describe('a role', () => {
  it('may do what each lesser one may, and nothing more', () => {
    for (const access of ACCESS_LEVELS)
      for (const role of ROLES) {
        const isAllowed = access === 'public' || ROLES.indexOf(role) >= ROLES.indexOf(access);
        expect(rolesFor(access).includes(role)).toBe(isAllowed);
        const demand = () => demandAccess(caller({ role }), access);
        if (isAllowed) expect(demand).not.toThrow();
        else expect(demand).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }) as Error);
      }
  });
});

describe('a customer', () => {
  it('may name nobody else, and is told which field did', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (own, named) => {
        const demand = () => demandOwnCustomer(caller({ customerId: own }), 'customer_id', named);
        if (named === own) expect(demand).not.toThrow();
        else {
          const refused = expect.objectContaining({
            code: 'FORBIDDEN',
            violations: [expect.objectContaining({ field: 'customer_id', rule: 'own_customer' })],
          }) as Failure;
          expect(demand).toThrow(refused);
        }
        expect(() => demandOwnCustomer(ANYBODY, 'customer_id', named)).not.toThrow();
      }),
    );
  });
});

describe('the audit', () => {
  it('names a caller so that nobody can call themselves that', () => {
    for (const kind of ['api_key', 'jwt', 'session'] as const)
      expect(looksAuthenticated(actorName(caller({ kind, id: 'x' })))).toBe(true);
    expect(actorName(ANYBODY)).toBe('anonymous');
    expect(looksAuthenticated('ada')).toBe(false);
  });
});
