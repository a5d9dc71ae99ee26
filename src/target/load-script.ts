import { readFileSync } from 'node:fs';
import { type Parsed, parse } from '../syntax/parse.ts';
import type { Source } from '../text/source.ts';
import { UsageError } from './usage-error.ts';
import { filesOfSource, filesOnDisk, linkUsed } from './used-files.ts';

/** A script that was read and parsed, with the files that it uses; what is wrong with their syntax are findings. */
export interface LoadedScript extends Parsed {
  readonly source: Source;
}

/**
 * Parses a text, and reads and parses the files that it uses: from beside the file that its source is named after. A source
 * that brings its used files along, as that of a saved plan does, is given these and nothing else.
 */
export function loadSource(source: Source): LoadedScript {
  return linkUsed(source, parse(source.text), source.used ? filesOfSource(source) : filesOnDisk);
}

/** A file's text, or standard input for `-`. Throws a UsageError where it cannot be read. */
export function readSource(file: string): Source {
  try {
    return { name: file, text: decodeUtf8(readFileSync(file === '-' ? 0 : file)) };
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${whyUnreadable(error)}`);
  }
}

/** Throws where the bytes are no UTF-8. A byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Why a file could not be read, in words that follow a colon. */
export function whyUnreadable(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
  ENOTDIR: 'what its path goes through is a file, no folder',
  ELOOP: 'its links go in a circle',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8',
};
