import { statementHelp, statementList } from '../../editor/describe.ts';
import { columns, fill } from '../../editor/paragraph.ts';
import { whereAvailable } from '../../qapi/availability.ts';
import { describeCommand } from '../../qapi/describe.ts';
import { renderCommandHelp } from '../../qapi/help.ts';
import { suggest } from '../../text/suggest.ts';
import { keysHelp } from '../keys-help.ts';
import type { Repl } from '../repl.ts';
import { CommandError, type PromptCommand } from './define.ts';
import { promptCommands } from './index.ts';

export const help: PromptCommand = {
  name: 'help',
  aliases: [':help', ':h'],
  summary: 'Tell what there is, or of one statement, QMP command, word or command of the prompt',
  form: '[NAME]',
  takes: 'topic',
  details:
    '`help tour` leads through snapshot, stream, commit and mirror on a scratch disk; `help keys` tells what the keys do.',
  run(argument, repl) {
    if (argument === 'tour') repl.tour.begin(repl);
    else repl.prompt.print(argument === '' ? overview() : helpFor(argument, repl), 'result');
  },
};

function overview(): string {
  return [
    'statements',
    statementList(),
    '',
    'the prompt',
    ...columns(
      promptCommands.map(({ name, form, summary }) => [`${name} ${form}`.trim(), summary] as const),
      24,
    ),
    '',
    '`help commit` tells of one of them, `help block-commit` of a QMP command, `help keys` of the keys;',
    '`help tour` leads through the first steps on a scratch disk.',
  ].join('\n');
}

function helpFor(name: string, { connection, width }: Repl): string {
  if (name === 'keys') return keysHelp;
  const { schema } = connection.seen;
  const command = describeCommand(schema, name);
  const availability = whereAvailable(
    name,
    undefined,
    schema.has('query-status') ? 'system' : 'storage-daemon',
  );
  const texts = [
    statementHelp(name),
    ownHelp(name),
    command && renderCommandHelp(command, { availability, width: width() }),
  ].filter(text => text !== undefined);
  if (texts.length > 0) return texts.join('\n\n');
  const known = [
    ...(statementList().match(/^ {2}\S+(?: \S+)?/gm) ?? []).map(line => line.trim()),
    ...promptCommands.map(({ name }) => name),
    ...schema.commands(),
  ];
  const near = suggest(name, known);
  throw new CommandError(`there is no help on \`${name}\``, [
    ...(near.length > 0 ? [`did you mean ${near.map(word => `help ${word}`).join(' or ')}?`] : []),
    '`help` lists all there is',
  ]);
}

function ownHelp(name: string): string | undefined {
  const command = promptCommands.find(one => one.name === name || one.name === `:${name}`);
  if (!command) return undefined;
  const { form, summary, details } = command;
  return [
    `${command.name} ${form}`.trim(),
    '',
    ...fill(`${summary}.`),
    ...(details === undefined ? [] : ['', ...fill(details)]),
  ].join('\n');
}
