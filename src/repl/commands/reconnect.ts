import { tellJobs } from '../after-reconnect.ts';
import { CommandError, type PromptCommand } from './define.ts';

export const reconnect: PromptCommand = {
  name: ':reconnect',
  summary: 'Connect to the QEMU again, or to another one',
  form: '[URI]',
  details:
    'What became of the jobs is told. A sandbox is made anew, with fresh disks. Names and procedures of earlier entries stay known.',
  async run(argument, repl) {
    const { connection, prompt } = repl;
    const before = connection.graphs;
    try {
      await connection.reopen(argument === '' ? undefined : argument);
    } catch (error) {
      const { message, help = [] } = error as Error & { help?: readonly string[] };
      throw new CommandError(message, help);
    }
    tellJobs(before, repl);
    prompt.refresh();
  },
};
