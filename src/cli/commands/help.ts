import { statementHelp, statementList } from '../../editor/describe.ts';
import { suggest } from '../../text/suggest.ts';
import { type ExitCode, exitCode, UsageError } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { usage } from '../usage.ts';

/** `qblk help [STATEMENT]`: the program's usage, or what a statement does. */
export async function help(options: Options, output: Output): Promise<ExitCode> {
  const [word] = options.words;
  if (word === undefined) {
    output.result(`${usage}\nstatements\n${statementList()}`);
    return exitCode.done;
  }
  const text = statementHelp(word);
  if (text === undefined) {
    const near = suggest(
      word,
      statementList()
        .match(/^ {2}\S+/gm)
        ?.map(line => line.trim()) ?? [],
    );
    throw new UsageError(`there is no statement \`${word}\``, [
      ...(near.length > 0 ? [`did you mean ${near.join(' or ')}?`] : []),
      `a QMP command is told by \`qblk schema ${word}\``,
    ]);
  }
  output.result(text);
  return exitCode.done;
}
