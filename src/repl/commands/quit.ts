import type { PromptCommand } from './define.ts';

export const quit: PromptCommand = {
  name: ':quit',
  aliases: [':q', ':exit', 'exit'],
  summary: 'Leave the prompt',
  form: '',
  details:
    'Jobs go on without it. Ctrl-D on an empty line does the same. The statement `quit` ends QEMU itself.',
  run(_, repl) {
    repl.leave();
  },
};
