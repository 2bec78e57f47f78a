/** What JSON may say and a server should not take: what is read differently by different programs, or is made to be costly. */
import { shorten } from '../../domain/rules.ts';

/** How deep lists and objects may lie in each other, and how many values a text may have. */
export const JSON_BOUNDS = { depth: 32, values: 20_000 } as const;

/** The names of the fields that an object had so far; undefined for a list. */
type Level = Set<string> | undefined;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = { object: 0x7b, list: 0x5b };
const CLOSING = { object: 0x7d, list: 0x5d };
const COMMA = 0x2c;
const NUMBER = /-?[\d.eE+-]+/y;

/**
 * Why a text is refused whatever it asks for, to be read after the name of the body; undefined where nothing speaks against
 * it. It is one pass without recursion, made before the text is parsed; whether the text is JSON at all is left to the parser.
 */
export function findJsonFault(text: string): string | undefined {
  const levels: Level[] = [];
  let values = 1;
  let isName = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === QUOTE) {
      const end = endOfString(text, at);
      const fault = readString(text.slice(at, end), isName ? levels.at(-1) : undefined);
      if (fault !== undefined) return fault;
      isName = false;
      at = end - 1;
    } else if (sign === OPENING.object || sign === OPENING.list) {
      isName = sign === OPENING.object;
      levels.push(isName ? new Set() : undefined);
      if (levels.length > JSON_BOUNDS.depth) return `must not be nested deeper than ${JSON_BOUNDS.depth} levels`;
    } else if (sign === CLOSING.object || sign === CLOSING.list) {
      levels.pop();
      isName = false;
    } else if (sign === COMMA) {
      isName = levels.at(-1) !== undefined;
      values += 1;
      if (values > JSON_BOUNDS.values) return `must not have more than ${JSON_BOUNDS.values} values`;
    } else if (isNumeral(sign)) {
      NUMBER.lastIndex = at;
      const [numeral = ''] = NUMBER.exec(text) ?? [];
      if (!isHeldExactly(numeral))
        return `must not have numbers that programs cannot hold, such as ${shorten(numeral)}`;
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

/** Looks at a string and, where it is the name of a field, at those that its object had before. */
function readString(quoted: string, names: Level): string | undefined {
  let string = quoted.slice(1, -1);
  if (quoted.includes('\\')) {
    try {
      string = JSON.parse(quoted) as string;
    } catch {
      // The parser will say so, and where.
      return undefined;
    }
    if (string.includes('\0')) return 'must not have the character U+0000';
    if (!string.isWellFormed()) return 'must not have half of a surrogate pair';
  }
  if (names?.has(string)) return `must not have the field ${shorten(string)} twice in one object`;
  names?.add(string);
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
