import { hasErrors } from '../../diagnostics/diagnostic.ts';
import { loadSource } from '../../target/load-script.ts';
import { parseDuration } from '../../text/scalars.ts';
import { watchStatement } from '../watching.ts';
import { CommandError, type PromptCommand } from './define.ts';

export const watch: PromptCommand = {
  name: 'watch',
  summary: 'Ask the same again and again, until Ctrl-C',
  form: 'STATEMENT [every DURATION]',
  takes: 'query',
  details:
    'Statements that change nothing can be watched: `watch show jobs`, `watch query-status every 5s`. Each second, unless it says how often.',
  async run(argument, repl) {
    const { text, period } = read(argument);
    const loaded = loadSource({ name: 'prompt', text });
    if (hasErrors(loaded.findings)) repl.tell(loaded.findings, loaded.source);
    else await watchStatement(loaded, period, repl);
  },
};

function read(argument: string): { readonly text: string; readonly period: number } {
  const [, text = argument, every] = /^(.*\S)\s+every\s+(\S+)$/s.exec(argument) ?? [];
  if (text === '')
    throw new CommandError('`watch` needs a statement that changes nothing', [
      'watch show jobs',
      'watch show chain every 5s',
    ]);
  const period = every === undefined ? 1000 : parseDuration(every);
  if (period === undefined)
    throw new CommandError(`\`${every}\` is no duration`, ['as in `every 500ms`, `every 5s`']);
  return { text, period: Math.max(period, 100) };
}
