import { statementHelp, statementList } from '../../editor/describe.ts';
import { columns, fill } from '../../editor/paragraph.ts';
import { whereAvailable } from '../../qapi/availability.ts';
import { describeCommand } from '../../qapi/describe.ts';
import { renderCommandHelp } from '../../qapi/help.ts';
import { suggest } from '../../text/suggest.ts';
import { keysHelp } from '../keys-help.ts';
import type { Repl } from '../repl.ts';
import { CommandError, type PromptCommand } from './define.ts';

/** `help`, which tells of the other commands too; they are asked for when it runs. */
export const helpOn = (commands: () => readonly PromptCommand[]): PromptCommand => ({
  name: 'help',
  aliases: [':help', ':h'],
  summary: 'Tell what there is, or of one statement, QMP command, word or command of the prompt',
  form: '[NAME]',
  takes: 'topic',
  details:
    '`help tour` leads through snapshot, stream, commit and mirror on a scratch disk; `help keys` tells what the keys do.',
  run(argument, repl) {
    if (argument === 'tour') repl.tour.begin(repl);
    else
      repl.prompt.print(
        argument === '' ? overview(commands()) : helpFor(argument, commands(), repl),
        'result',
      );
  },
});

function overview(commands: readonly PromptCommand[]): string {
  return [
    'statements',
    statementList(),
    '',
    'the prompt',
    ...columns(
      commands.map(({ name, form, summary }) => [`${name} ${form}`.trim(), summary] as const),
      24,
    ),
    '',
    '`help commit` tells of one of them, `help block-commit` of a QMP command, `help keys` of the keys;',
    '`help tour` leads through the first steps on a scratch disk.',
  ].join('\n');
}

function helpFor(name: string, commands: readonly PromptCommand[], { connection, width }: Repl): string {
  if (name === 'keys') return keysHelp;
  const { schema } = connection.seen;
  const command = describeCommand(schema, name);
  const availability = whereAvailable(
    name,
    undefined,
    schema.has('query-status') ? 'system' : 'storage-daemon',
  );
  const texts = [
    statementHelp(name, { help: 'help', command: 'help' }),
    ownHelp(name, commands),
    command && renderCommandHelp(command, { availability, width: width() }),
  ].filter(text => text !== undefined);
  if (texts.length > 0) return texts.join('\n\n');
  const known = [
    ...(statementList().match(/^ {2}\S+(?: \S+)?/gm) ?? []).map(line => line.trim()),
    ...commands.map(({ name }) => name),
    ...schema.commands(),
  ];
  const near = suggest(name, known);
  throw new CommandError(`there is no help on \`${name}\``, [
    ...(near.length > 0 ? [`did you mean ${near.map(word => `help ${word}`).join(' or ')}?`] : []),
    '`help` lists all there is',
  ]);
}

function ownHelp(name: string, commands: readonly PromptCommand[]): string | undefined {
  const command = commands.find(one => one.name === name || one.name === `:${name}`);
  if (!command) return undefined;
  const { form, summary, details } = command;
  return [
    `${command.name} ${form}`.trim(),
    '',
    ...fill(`${summary}.`),
    ...(details === undefined ? [] : ['', ...fill(details)]),
  ].join('\n');
}
