import type { LoadedScript } from '../../target/load-script.ts';
import { openTarget, type Target } from '../../target/target.ts';
import { UsageError } from '../../target/usage-error.ts';
import { checkScript } from '../checked.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { loadScript } from '../script.ts';

/**
 * `qblk check`: diagnostics only, for any number of scripts. The exit code is the first that is not `done`. With `--fix`
 * the fixes that are certain are made first, and what is told is what they leave.
 */
export async function check(options: Options, output: Output): Promise<ExitCode> {
  if (options.words.length === 0 && options.code === undefined)
    throw new UsageError('`qblk check` needs a script', ['qblk check FILE…']);
  let code: ExitCode = exitCode.done;
  for (const words of options.code === undefined ? options.words.map(word => [word]) : [[]]) {
    const one = { ...options, words };
    if (options.flags.has('fix')) await checkFiles(words);
    const loaded = loadScript(one);
    const target = await openTarget(one, loaded.script, output);
    try {
      const script = options.flags.has('fix') ? await fix(loaded, target, one, output) : loaded;
      const checked = await checkScript(script, target, one, output, false);
      if (code === exitCode.done) code = checked.code;
    } finally {
      await target.close();
    }
  }
  return code;
}

/** Before a file is read: reading from a pipe takes what is in it away. */
async function checkFiles(words: readonly string[]): Promise<void> {
  const { checkRewritable } = await import('../fix.ts');
  for (const word of words) if (word !== '-') checkRewritable(word);
}

/** A file is rewritten; the text of standard input or of `-c` goes to stdout. */
async function fix(
  loaded: LoadedScript,
  target: Target,
  options: Options,
  output: Output,
): Promise<LoadedScript> {
  const { fixScript, rewriteFile } = await import('../fix.ts');
  const script = await fixScript(loaded, target, options, output);
  const { name, text } = script.source;
  if (name !== '-' && name !== '-c') {
    if (text !== loaded.source.text) rewriteFile(name, text);
  } else if (output.json) output.record({ record: 'result', text });
  else output.result(text);
  return script;
}
