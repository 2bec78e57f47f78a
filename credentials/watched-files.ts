/** Files that somebody replaces while a process runs, such as certificates: they are read again when they change. */
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from 'pino';

/** Which files to follow, what is made of their texts, and who wants to know. */
export interface WatchOptions<Content> {
  readonly files: readonly string[];
  /** Makes what is used of the texts of the files, in their order; throws where they cannot be used. */
  readonly parse: (texts: readonly string[]) => Content;
  /** Is given what was made of them each time that they have changed and can be used. */
  readonly onChange?: ((content: Content) => void) | undefined;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** How often to look at the files even where nobody says that they have changed, in milliseconds. */
  readonly beatMs?: number | undefined;
}

/** Files that are followed until `close`. */
export interface WatchedFiles<Content> {
  /** What was made of the files when they could last be used. */
  readonly current: () => Content;
  readonly close: () => void;
}

const BEAT_MS = 10_000;
/** Several files are replaced one after the other, and a large one in parts. */
const SETTLE_MS = 100;
const SECOND_LOOK_MS = 1000;

/**
 * Reads the files, and again when they change. Throws where they cannot be used at first; later what they held before stays
 * in use, and the log says so.
 */
export function watchFiles<Content>(options: WatchOptions<Content>): WatchedFiles<Content> {
  const { files, parse, onChange, logger, beatMs = BEAT_MS } = options;
  let texts = files.map(readText);
  let content = parse(texts);
  let problem: { reason: string; isTold: boolean } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const lookAfter = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(look, ms).unref();
  };
  const look = () => {
    try {
      const found = files.map(readText);
      if (found.some((text, place) => text !== texts[place])) {
        content = parse(found);
        texts = found;
        logger.info({ files }, 'files have changed and are in use');
        onChange?.(content);
      }
      problem = undefined;
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
  };
  /** Half of a change is no mistake: only what is still wrong a moment later is told, once. */
  const tell = (reason: string) => {
    if (problem?.reason !== reason) {
      problem = { reason, isTold: false };
      lookAfter(SECOND_LOOK_MS);
    } else if (!problem.isTold) {
      problem.isTold = true;
      logger.error({ files, reason }, 'files have changed but cannot be used: what they held before stays in use');
    }
  };

  const folders = [...new Set(files.map((file) => dirname(file)))];
  // Of the folders, because a file that is replaced by another one is gone for whoever watches it alone.
  const watchers = folders.map((folder) => watchFolder(folder, () => lookAfter(SETTLE_MS)));
  const beat = setInterval(look, beatMs).unref();
  return {
    current: () => content,
    close: () => {
      clearInterval(beat);
      clearTimeout(timer);
      for (const watcher of watchers) watcher?.close();
    },
  };
}

/** Where a folder cannot be watched, the beat looks at its files all the same. */
function watchFolder(folder: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Error(`${file} cannot be read (${code})`, { cause: error });
  }
}
