import { existsSync } from 'node:fs';
import { keepFile } from '../../target/kept-file.ts';
import { whyUnreadable } from '../../target/load-script.ts';
import { agrees } from '../agreement.ts';
import type { Prompt } from '../prompt.ts';
import { scriptOf } from '../session-script.ts';
import { CommandError, type PromptCommand } from './define.ts';

export const save: PromptCommand = {
  name: ':save',
  summary: "Write the session's statements as a script",
  form: 'FILE',
  takes: 'path',
  details:
    'The statements that succeeded, in their order, behind `chain` lines of what there was at the beginning: `qblk check` accepts it, and `qblk run` does the same again. What only looked at something is left out.',
  async run(argument, { log, prompt }) {
    const statements = scriptOf(log);
    if (statements === undefined)
      throw new CommandError('there is nothing to save: no statement has changed anything yet');
    if (await writeNew(argument, statements, 'session.qblk', prompt)) prompt.print(`saved: ${argument}`);
  },
};

/** Writes a file, over an existing one only where that is agreed to; answers whether it did. Throws a CommandError where it can't. */
export async function writeNew(
  file: string,
  text: string,
  example: string,
  prompt: Prompt,
): Promise<boolean> {
  if (file === '') throw new CommandError('the name of the file is missing', [`as \`${example}\``]);
  if (existsSync(file) && !(await agrees(prompt, `there is a file ${file} already. Overwrite it?`))) {
    prompt.print('nothing was written');
    return false;
  }
  try {
    keepFile(file, text);
  } catch (error) {
    throw new CommandError(`cannot write ${file}: ${whyUnreadable(error)}`);
  }
  return true;
}
