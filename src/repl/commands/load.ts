import { readSource } from '../../target/load-script.ts';
import { UsageError } from '../../target/usage-error.ts';
import { CommandError, type PromptCommand } from './define.ts';

export const load: PromptCommand = {
  name: ':load',
  summary: 'Run the statements of a file as if they had been entered',
  form: 'FILE',
  takes: 'path',
  details: 'All of them are checked before the first is sent. Names that the file binds stay bound.',
  async run(argument, repl) {
    if (argument === '') throw new CommandError('`:load` needs the name of a file', [':load rotate.qblk']);
    try {
      await repl.run(readSource(argument));
    } catch (error) {
      if (error instanceof UsageError) throw new CommandError(error.message, error.help);
      throw error;
    }
  },
};
