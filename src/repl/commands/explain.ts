import { hasErrors } from '../../diagnostics/diagnostic.ts';
import { colored } from '../../printing/paint.ts';
import { planText } from '../../printing/plan-text.ts';
import { loadSource } from '../../target/load-script.ts';
import { planEntry } from '../run-statements.ts';
import { CommandError, type PromptCommand } from './define.ts';

export const explain: PromptCommand = {
  name: 'explain',
  summary: 'Show what a statement would send and change, or the story of a diagnostic',
  form: 'STATEMENT|CODE',
  takes: 'statement',
  details: 'Nothing is sent that changes anything.',
  async run(argument, repl) {
    if (argument === '')
      throw new CommandError('`explain` needs a statement, or the code of a diagnostic', [
        'explain commit C base=A',
        'explain base-above-top',
      ]);
    const story = await repl.storyOf(/^(?:[a-z]+\[)?([a-z-]+)\]?:?$/.exec(argument)?.[1] ?? '');
    if (story !== undefined) {
      repl.prompt.print(story, 'result');
      return;
    }
    const loaded = loadSource({ name: 'prompt', text: argument });
    if (hasErrors(loaded.findings)) {
      repl.tell(loaded.findings, loaded.source);
      return;
    }
    const { plan } = await planEntry(loaded, repl);
    repl.tell(plan.findings, loaded.source);
    if (plan.entries.length === 0 || hasErrors(plan.findings)) return;
    repl.prompt.print(planText(plan, loaded.source, repl.color ? colored : undefined), 'result');
  },
};
