/** What JSON may say and a server should not take: what is read differently by different programs, or is made to be costly. */
import { shorten } from '../../domain/rules.ts';
import { fieldName } from '../field-name.ts';

/** How deep lists and objects may lie in each other, and how many values a text may have. */
export const JSON_BOUNDS = { depth: 32, values: 20_000 } as const;

/** Why a body is refused, to be read after the name of its field; the field as people write it, such as `items[0].note`. */
export interface JsonFault {
  readonly field: string;
  readonly message: string;
}

/** Where the reader is in an object or list: the names that an object had so far, and the name or place of the value that comes. */
interface Level {
  readonly names: Set<string> | undefined;
  at: string | number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = { object: 0x7b, list: 0x5b };
const CLOSING = { object: 0x7d, list: 0x5d };
const COMMA = 0x2c;
const NUMBER = /-?[\d.eE+-]+/y;

/**
 * Why a text is refused whatever it asks for; undefined where nothing speaks against it. It is one pass without recursion,
 * made before the text is parsed; whether the text is JSON at all is left to the parser.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const levels: Level[] = [];
  let values = 1;
  let isName = false;
  const here = (message: string): JsonFault => ({ field: fieldName(levels.map(({ at }) => at)), message });
  const whole = (message: string): JsonFault => ({ field: fieldName([]), message });

  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    const level = levels.at(-1);
    if (sign === QUOTE) {
      const end = endOfString(text, at);
      const string = readString(text.slice(at, end));
      if (string === undefined) return undefined;
      if (isName && level?.names) {
        level.at = string;
        if (level.names.has(string)) return here('must not stand twice in one object');
        level.names.add(string);
      }
      const fault = findCharacterFault(string);
      if (fault !== undefined) return here(fault);
      isName = false;
      at = end - 1;
    } else if (sign === OPENING.object || sign === OPENING.list) {
      isName = sign === OPENING.object;
      levels.push(isName ? { names: new Set(), at: '' } : { names: undefined, at: 0 });
      if (levels.length > JSON_BOUNDS.depth) return whole(`must not be nested deeper than ${JSON_BOUNDS.depth} levels`);
    } else if (sign === CLOSING.object || sign === CLOSING.list) {
      levels.pop();
      isName = false;
    } else if (sign === COMMA) {
      isName = level?.names !== undefined;
      if (typeof level?.at === 'number') level.at += 1;
      values += 1;
      if (values > JSON_BOUNDS.values) return whole(`must not have more than ${JSON_BOUNDS.values} values`);
    } else if (isNumeral(sign)) {
      NUMBER.lastIndex = at;
      const [numeral = ''] = NUMBER.exec(text) ?? [];
      if (!isHeldExactly(numeral))
        return here(`must not have numbers that programs cannot hold, such as ${shorten(numeral)}`);
      at += Math.max(0, numeral.length - 1);
    }
  }
  return undefined;
}

/** Just behind the closing quote, or the end of the text where there is none. */
function endOfString(text: string, begin: number): number {
  let at = begin + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return Math.min(at + 1, text.length);
}

/** The string that a quoted text means; undefined where it means none: the parser will say so, and where. */
function readString(quoted: string): string | undefined {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

function findCharacterFault(string: string): string | undefined {
  if (string.includes('\0')) return 'must not have the character U+0000';
  if (!string.isWellFormed()) return 'must not have half of a surrogate pair';
  return undefined;
}

function isNumeral(sign: number): boolean {
  return sign === 0x2d || (sign >= 0x30 && sign <= 0x39);
}

/** A number that is infinite when it is read, or a whole one beyond 2^53, is not the number that was meant. */
function isHeldExactly(numeral: string): boolean {
  const value = Number(numeral);
  return Number.isNaN(value) || (Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value));
}
