import { describeKind } from '../../src/compile/evaluate/arguments.ts';
import { commandsOf, signature } from '../../src/editor/describe.ts';
import { type LanguageWord, languageWords } from '../../src/editor/language-words.ts';
import { type Topic, topics } from '../../src/editor/topics.ts';
import type { Schema } from '../../src/qapi/schema.ts';
import type { Example, StatementDefinition } from '../../src/statements/define.ts';
import { statements } from '../../src/statements/index.ts';
import { checkExample, wireText } from './examples.ts';

/** The arguments that qblk itself gives, so that the job's verdict stays readable. */
const OWN_ARGUMENTS = ['job-id', 'auto-dismiss'];

/** The reference in Markdown: statements, the language's own words, topics. Examples are planned against `schema`. */
export async function reference(schema: Schema): Promise<string> {
  const defined: string[] = [];
  for (const definition of statements) defined.push(await statementSection(definition, schema));
  return `${[
    '# The statements of qblk',
    `Made by \`npx tsx tools/grammar.ts\` from the definitions that the checker, the help and the editor use. The grammar is in [qblk.ebnf](qblk.ebnf), as pictures in [railroad.md](railroad.md). QMP is shown as sent to ${schema.label}; \`<…>\` in it is what only a run shows.`,
    contents(
      'Live operations',
      statements.map(({ verb, summary }) => [verb, summary]),
    ),
    contents(
      'The language',
      languageWords.map(({ verb, summary }) => [verb, summary]),
    ),
    contents(
      'Topics',
      topics.map(({ name, summary }) => [name, summary]),
    ),
    '## Live operations',
    ...defined,
    '## The language',
    ...languageWords.map(wordSection),
    '## Topics',
    ...topics.map(topicSection),
  ].join('\n\n')}\n`;
}

function contents(title: string, entries: readonly (readonly [name: string, summary: string])[]): string {
  return [
    `**${title}**`,
    '',
    ...entries.map(([name, summary]) => `- [\`${name}\`](#${anchor(name)}): ${summary}`),
  ].join('\n');
}

// A heading of signs alone has no address on a code host, so every heading brings its own.
const anchor = (name: string) => ({ '@': 'at', $: 'host' })[name] ?? name.replaceAll(' ', '-');
const heading = (name: string) => `<a id="${anchor(name)}"></a>\n\n### \`${name}\``;
const fence = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

async function statementSection(definition: StatementDefinition, schema: Schema): Promise<string> {
  const { verb, summary, details, endings, job, examples } = definition;
  const parts = [
    heading(verb),
    `${summary}.`,
    ...(details ? [details] : []),
    fence('text', signature(definition)),
  ];
  if (definition.parameters.length > 0) parts.push(parameterTable(definition));
  parts.push(...furtherArguments(definition, schema));
  if (endings)
    parts.push(`Endings: ${endings.map(ending => `\`then ${ending}\``).join(', ')}; see [then](#then).`);
  if (job)
    parts.push(
      `Without \`job-id=\` its job is called \`${job}0\`, \`${job}1\` and so on; see [jobs](#jobs).`,
    );
  for (const example of examples) parts.push(await exampleText(example, schema));
  return parts.join('\n\n');
}

function parameterTable({ verb, parameters }: StatementDefinition): string {
  const rows = parameters.map(({ name, kind, required, argument, summary }, index) => {
    const written = index === 0 ? `\`${verb} X\` or \`${name}=X\`` : `\`${name}=\``;
    const inQmp = argument === undefined ? '' : ` In QMP \`${argument}\`.`;
    return `| ${written} | ${required ? 'yes' : ''} | ${describeKind(kind)} | ${cell(summary)}.${inQmp} |`;
  });
  return ['| parameter | required | takes | it is |', '|---|---|---|---|', ...rows].join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|');

function furtherArguments(definition: StatementDefinition, schema: Schema): string[] {
  const taken = new Set([
    ...definition.parameters.flatMap(({ name, argument }) => [name, argument ?? name]),
    ...OWN_ARGUMENTS.filter(name => name !== 'job-id'),
  ]);
  return commandsOf(definition).flatMap(command => {
    const names = schema
      .argumentsOf(command)
      .map(({ name }) => name)
      .filter(name => !taken.has(name) && !schema.isDeprecated(command, name));
    // The options of a driver are hundreds, and depend on it.
    if (names.length > 20)
      return [`The other arguments of \`${command}\` are those of its driver: \`qblk schema ${command}\`.`];
    const listed = names.map(name => `\`${name}\``).join(', ');
    return names.length === 0 ? [] : [`Also taken, as \`${command}\` has them: ${listed}.`];
  });
}

async function exampleText({ title, script }: Example, schema: Schema): Promise<string> {
  const { findings, records } = await checkExample(script, schema);
  const [finding] = findings;
  if (finding) throw new Error(`the example "${title}" has a finding: ${finding.message}`);
  return [`**${title}**`, fence('qblk', script), 'becomes', fence('jsonc', wireText(records))].join('\n\n');
}

function wordSection({ verb, summary, details, forms, example }: LanguageWord): string {
  return [
    heading(verb),
    `${summary}.`,
    ...(details ? [details] : []),
    fence('text', forms.join('\n')),
    fence('qblk', example),
  ].join('\n\n');
}

function topicSection({ name, summary, paragraphs, forms, example }: Topic): string {
  const rows = forms.map(([form, meaning]) => `| \`${cell(form)}\` | ${cell(meaning)} |`);
  return [
    heading(name),
    `${summary}.`,
    ...paragraphs,
    ['| written | means |', '|---|---|', ...rows].join('\n'),
    fence('qblk', example),
  ].join('\n\n');
}
