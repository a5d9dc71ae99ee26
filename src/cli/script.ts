import { readFileSync } from 'node:fs';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Script } from '../syntax/ast.ts';
import { parse } from '../syntax/parse.ts';
import { UsageError } from '../target/usage-error.ts';
import type { Source } from '../text/source.ts';
import type { Options } from './options.ts';

/** A script that was read and parsed; its syntax errors are findings. */
export interface LoadedScript {
  readonly source: Source;
  readonly script: Script;
  readonly findings: readonly Finding[];
}

/** Reads the script that the command line names: a file, `-` for standard input, or the text of `-c`. */
export function loadScript(options: Options): LoadedScript {
  return parseSource(sourceOf(options));
}

/** Parses a text that is known by a name. */
export function parseSource(source: Source): LoadedScript {
  const { script, findings } = parse(source.text);
  return { source, script, findings };
}

function sourceOf(options: Options): Source {
  if (options.code !== undefined) return { name: '-c', text: options.code };
  const [file, extra] = options.words;
  if (file === undefined)
    throw new UsageError(`\`qblk ${options.command}\` needs a script`, [`qblk ${options.command} FILE`]);
  if (extra !== undefined) {
    throw new UsageError(`\`qblk ${options.command}\` takes one script, and there is \`${extra}\` too`, [
      'parameters are given as name=value',
    ]);
  }
  return readSource(file);
}

/** A file's text, or standard input for `-`. Throws a UsageError where it cannot be read. */
export function readSource(file: string): Source {
  try {
    const bytes = readFileSync(file === '-' ? 0 : file);
    return { name: file, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reason = REASONS[code] ?? message;
    throw new UsageError(`cannot read ${file}: ${reason}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8',
};
