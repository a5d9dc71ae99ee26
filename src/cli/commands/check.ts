import { checkScript } from '../checked.ts';
import { type ExitCode, exitCode, UsageError } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { loadScript } from '../script.ts';
import { openTarget } from '../target.ts';

/** `qblk check`: diagnostics only, for any number of scripts. The exit code is the first that is not `done`. */
export async function check(options: Options, output: Output): Promise<ExitCode> {
  if (options.words.length === 0 && options.code === undefined)
    throw new UsageError('`qblk check` needs a script', ['qblk check FILE…']);
  let code: ExitCode = exitCode.done;
  for (const words of options.code === undefined ? options.words.map(word => [word]) : [[]]) {
    const one = { ...options, words };
    const loaded = loadScript(one);
    const target = await openTarget(one, loaded.script, output);
    try {
      const checked = await checkScript(loaded, target, one, output, false);
      if (code === exitCode.done) code = checked.code;
    } finally {
      await target.close();
    }
  }
  return code;
}
