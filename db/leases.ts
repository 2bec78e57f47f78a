import type { Database } from './client.ts';

/** A lease that somebody holds now. */
export interface Lease {
  /** Of which consumer. */
  readonly name: string;
  readonly holder: string;
  /** ISO 8601 in UTC. */
  readonly until: string;
  readonly leftMs: number;
}

/** Every lease that has not ended, by name. */
export function listLeases(db: Database): Promise<Lease[]> {
  return db<Lease[]>`
    select name, lease_holder as holder, lease_until as until,
      (extract(epoch from lease_until - now()) * 1000)::float8 as "leftMs"
    from consumers where lease_holder is not null and lease_until > now() order by name`;
}
