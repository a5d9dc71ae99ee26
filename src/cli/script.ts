import { hasErrors } from '../diagnostics/diagnostic.ts';
import { type LoadedScript, loadSource, readSource } from '../target/load-script.ts';
import { UsageError } from '../target/usage-error.ts';
import type { Source } from '../text/source.ts';
import type { Options } from './options.ts';

/**
 * Reads the script that the command line names, with the files that it uses: a file, `-` for standard input, or the text of
 * `-c`. Throws a UsageError where the command line has a parameter that the script does not: before any QEMU is asked or started.
 */
export function loadScript(options: Options): LoadedScript {
  const loaded = loadSource(sourceOf(options));
  if (!hasErrors(loaded.findings)) refuseUnknownParameters(loaded, options);
  return loaded;
}

/** Throws a UsageError where there is a value for a parameter that the script does not have. */
export function refuseUnknownParameters(loaded: LoadedScript, options: Options): void {
  const known = loaded.script.statements.flatMap(item =>
    item.kind === 'param' ? [item.parameter.name.text] : [],
  );
  for (const name of options.parameters.keys()) {
    if (known.includes(name)) continue;
    const there = known.length > 0 ? `it has ${known.join(', ')}` : 'it has none';
    throw new UsageError(`the script has no parameter \`${name}\``, [there]);
  }
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
