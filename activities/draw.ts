import { createHash } from 'node:crypto';

/** A number from 0 to below 1 that is the same for the same words, so that a run of the simulators can be repeated. */
export function draw(...words: (string | number)[]): number {
  return createHash('sha256').update(words.join('|')).digest().readUInt32BE() / 2 ** 32;
}
