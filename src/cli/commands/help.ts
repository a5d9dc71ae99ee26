import { statementHelp, statementList } from '../../editor/describe.ts';
import { UsageError } from '../../target/usage-error.ts';
import { suggest } from '../../text/suggest.ts';
import { commandHelp, helpOfCommand } from '../command-help.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { usage } from '../usage.ts';

/** `qblk help [COMMAND|STATEMENT]`: the program's usage, or what a command or a statement does. */
export async function help(options: Options, output: Output): Promise<ExitCode> {
  const word = options.words.join(' ');
  if (word === '') {
    output.result(`${usage}\nstatements\n${statementList()}`);
    return exitCode.done;
  }
  // A few words, such as `show`, are a command and a statement.
  const texts = [helpOfCommand(word), statementHelp(word)].filter(text => text !== undefined);
  if (texts.length === 0) {
    const near = suggest(word, [
      ...(statementList().match(/^ {2}\S+(?: \S+)?/gm) ?? []).map(line => line.trim()),
      ...Object.keys(commandHelp),
    ]);
    throw new UsageError(`there is no command and no statement \`${word}\``, [
      ...(near.length > 0 ? [`did you mean ${near.join(' or ')}?`] : []),
      `a QMP command is told by \`qblk schema ${word}\``,
    ]);
  }
  output.result(texts.join('\n\n'));
  return exitCode.done;
}
