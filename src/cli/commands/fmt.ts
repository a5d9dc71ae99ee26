import { writeFileSync } from 'node:fs';
import { hasErrors } from '../../diagnostics/diagnostic.ts';
import { parse } from '../../syntax/parse.ts';
import { format } from '../../syntax/print.ts';
import { readSource } from '../../target/load-script.ts';
import { UsageError } from '../../target/usage-error.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';

/** `qblk fmt`: rewrites scripts in the one layout; with `--check` it only names those that have another. `-` goes to stdout. */
export async function fmt(options: Options, output: Output): Promise<ExitCode> {
  if (options.words.length === 0) throw new UsageError('`qblk fmt` needs a script', ['qblk fmt FILE…']);
  let code: ExitCode = exitCode.done;
  for (const file of options.words) {
    const source = readSource(file);
    const { script, findings } = parse(source.text);
    output.findings(findings, source);
    if (hasErrors(findings)) {
      code = exitCode.script;
      continue;
    }
    const formatted = format(script, source.text);
    if (options.flags.has('check')) {
      if (formatted === source.text) continue;
      output.result(file);
      if (code === exitCode.done) code = exitCode.refused;
    } else if (file === '-') {
      output.result(formatted);
    } else if (formatted !== source.text) {
      writeFileSync(file, formatted);
    }
  }
  return code;
}
