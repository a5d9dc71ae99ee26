import { describeKind } from '../compile/evaluate/arguments.ts';
import type { ParameterDefinition, StatementDefinition } from '../statements/define.ts';
import { familyOf, statementOf, statements } from '../statements/index.ts';
import { type LanguageWord, languageWords } from './language-words.ts';
import { columns, fill } from './paragraph.ts';
import { type Topic, topics } from './topics.ts';

/** Everything that help knows, by name in a line each: live operations, the language's own statements, topics. */
export function statementList(): string {
  const named = [...statements, ...languageWords].map(({ verb }) => verb.length);
  const width = Math.max(...named, ...topics.map(({ name }) => name.length));
  const row = (name: string, summary: string) => `  ${name.padEnd(width)}  ${summary}`;
  return [
    ...statements.map(({ verb, summary }) => row(verb, summary)),
    '',
    'the language',
    ...languageWords.map(({ verb, summary }) => row(verb, summary)),
    '',
    'topics',
    ...topics.map(({ name, summary }) => row(name, summary.replaceAll('`', ''))),
  ].join('\n');
}

/** What one statement, word or topic is about, as text of 80 columns; undefined where there is none of that name. */
export function statementHelp(name: string): string | undefined {
  const definition = statementOf(name);
  if (definition) return definedHelp(definition);
  const family = familyOf(name);
  if (family.length > 0) return familyHelp(name, family);
  const word = languageWords.find(({ verb }) => verb === name);
  if (word) return wordHelp(word);
  const topic = topics.find(item => item.name === name);
  return topic && topicHelp(topic);
}

/** How a statement is written, as one line: `commit TOP [base=…] [then pivot|cancel]`. */
export function signature(definition: StatementDefinition): string {
  const [subject, ...others] = definition.parameters;
  const parts = [definition.verb];
  if (subject) parts.push(subject.required ? subject.name.toUpperCase() : `[${subject.name.toUpperCase()}]`);
  const inOrder = [
    ...others.filter(({ required }) => required),
    ...others.filter(({ required }) => !required),
  ];
  for (const parameter of inOrder) parts.push(keyText(parameter));
  if (definition.endings) parts.push(`[then ${definition.endings.join('|')}]`);
  if (definition.job) parts.push('[within DURATION]');
  return parts.join(' ');
}

/** A parameter as a signature shows it: `sync=full|top|none`, `[base=…]`. */
export function keyText({ name, kind, required }: ParameterDefinition): string {
  const value = kind.is === 'choice' ? kind.of.join('|') : kind.is === 'list' ? '[…]' : '…';
  return required ? `${name}=${value}` : `[${name}=${value}]`;
}

function definedHelp(definition: StatementDefinition): string {
  const { verb, parameters, examples } = definition;
  const [subject] = parameters;
  const lines = [...hanging(signature(definition), verb.length + 1), '', ...about(definition)];
  if (subject)
    lines.push(
      '',
      ...columns(parameters.map(parameter => [bracketed(parameter), meaning(parameter)] as const)),
    );
  if (subject) lines.push('', ...fill(`\`${verb} X\` is short for \`${verb} ${subject.name}=X\`.`));
  lines.push(...furtherHelp(definition));
  for (const { title, script } of examples) lines.push('', `# ${title}`, script.trimEnd());
  return lines.join('\n');
}

function familyHelp(word: string, family: readonly StatementDefinition[]): string {
  return [
    ...family.flatMap(definition => [
      ...hanging(signature(definition), definition.verb.length + 1),
      ...fill(`${definition.summary}.`, 4),
    ]),
    '',
    `qblk help ${word} ${family.map(({ verb }) => verb.slice(word.length + 1)).join('|')} tells more`,
  ].join('\n');
}

function bracketed({ name, required }: ParameterDefinition): string {
  return required ? name : `[${name}]`;
}

function meaning({ kind, summary }: ParameterDefinition): string {
  return `${summary} (${describeKind(kind)})`;
}

/** The QMP commands that a statement takes further arguments of; which one may depend on the arguments given. */
export function commandsOf(definition: StatementDefinition): readonly string[] {
  const { command, parameters } = definition;
  if (command === undefined) return [];
  if (typeof command === 'string') return [command];
  const none: ReadonlySet<string> = new Set();
  return [...new Set([command(new Set(parameters.map(({ name }) => name))), command(none)])];
}

function furtherHelp(definition: StatementDefinition): string[] {
  const commands = commandsOf(definition);
  if (commands.length === 0) return [];
  const text = `Any other argument of ${commands.join(' or ')} is accepted under its own name:`;
  return ['', ...fill(text), ...commands.map(command => `  qblk schema ${command}`)];
}

function wordHelp(word: LanguageWord): string {
  return [
    ...word.forms.flatMap(form => hanging(form, 4)),
    '',
    ...about(word),
    '',
    '# For example',
    word.example.trimEnd(),
  ].join('\n');
}

function topicHelp({ summary, paragraphs, forms, example }: Topic): string {
  return [
    ...fill(`${summary}.`),
    ...paragraphs.flatMap(paragraph => ['', ...fill(paragraph)]),
    '',
    ...columns(forms, 30),
    '',
    '# For example',
    example.trimEnd(),
  ].join('\n');
}

function about({ summary, details }: { readonly summary: string; readonly details?: string }): string[] {
  return [...fill(`${summary}.`), ...(details === undefined ? [] : ['', ...fill(details)])];
}

/** A form whose further lines stand under its first argument. Brackets are not broken. */
function hanging(form: string, indent: number): string[] {
  const pieces = form.match(/\[[^\]]*\](?:\S*)|\S+/g) ?? [];
  const firm = pieces.map(piece => piece.replaceAll(' ', '\u00a0')).join(' ');
  const [first = '', ...rest] = fill(firm, indent);
  return [first.trimStart(), ...rest].map(line => line.replaceAll('\u00a0', ' '));
}
