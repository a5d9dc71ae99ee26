import { type LoadedScript, loadSource, readSource } from '../target/load-script.ts';
import { UsageError } from '../target/usage-error.ts';
import type { Source } from '../text/source.ts';
import type { Options } from './options.ts';

/** Reads the script that the command line names, with the files that it uses: a file, `-` for standard input, or the text of `-c`. */
export function loadScript(options: Options): LoadedScript {
  return loadSource(sourceOf(options));
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
