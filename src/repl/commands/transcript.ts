import { documentOf } from '../session-document.ts';
import type { PromptCommand } from './define.ts';
import { CommandError } from './define.ts';
import { writeNew } from './save.ts';

export const transcript: PromptCommand = {
  name: ':transcript',
  summary: 'Write the session as a document that `qblk test` runs',
  form: 'FILE',
  takes: 'path',
  details: 'Markdown with a fence for each entry, what it printed, and what stopped it.',
  async run(argument, { log, prompt }) {
    if (log.entries.length === 0) throw new CommandError('there is nothing to write down yet');
    if (await writeNew(argument, documentOf(log), 'session.md', prompt)) prompt.print(`written: ${argument}`);
  },
};
