import type { Availability } from './availability.ts';
import type { CommandDescription, MemberDescription, Members, ValueDescription } from './describe.ts';

const NAME_COLUMN = { least: 18, most: 30 };
const FEW_WORDS = 8;
// Stands for a space at which no line may end.
const FIRM = '\u00a0';
// Stands where a line may end without a space.
const SOFT = '\u200b';
const LONG_WORDS = 60;

/**
 * A command's description as plain text within `width` columns, 100 by default, but for words that are longer. With an
 * `availability` it says which of the known QEMUs have the command.
 */
export function renderCommandHelp(
  command: CommandDescription,
  options: { readonly width?: number; readonly availability?: Availability } = {},
): string {
  const width = options.width ?? 100;
  const { always, cases } = command.arguments;
  const lines = [`${command.name} in ${command.label}`, ...command.marks.map(mark => `  ${mark}`)];
  if (always.length + cases.length === 0 && !command.open) lines.push('', 'It takes no arguments.');
  else lines.push('', 'Arguments; [these] can be left out:', ...membersLines(command.arguments, 2, width));
  if (command.open) lines.push('  and others, which its schema does not list');
  lines.push('', ...replyLines(command.returns, width));
  const { has = [], lacks = [] } = options.availability ?? {};
  if (has.length > 0)
    lines.push(
      '',
      `Known in QEMU ${has.join(', ')}${lacks.length > 0 ? `; not in ${lacks.join(', ')}` : ''}.`,
    );
  return lines.join('\n');
}

function replyLines(reply: MemberDescription | undefined, width: number): string[] {
  if (!reply) return ['Its reply is empty.'];
  const words =
    reply.values.length > FEW_WORDS ? wrapped(reply.values.map(wordText).join(', '), 2, width) : [];
  return [`Its reply: ${reply.type}`, ...words, ...membersLines(reply.members, 2, width)];
}

function membersLines(members: Members, indent: number, width: number): string[] {
  const longest = Math.max(0, ...members.always.map(member => nameOf(member).length));
  const column = indent + Math.min(NAME_COLUMN.most, Math.max(NAME_COLUMN.least, longest)) + 2;
  const lines = members.always.flatMap(member => memberLines(member, members, indent, column, width));
  return [...lines, ...casesLines(members, indent, width)];
}

function memberLines(
  member: MemberDescription,
  siblings: Members,
  indent: number,
  column: number,
  width: number,
): string[] {
  const hasCases = member.name === siblings.tag;
  const spelled =
    member.values.length > 0 && member.values.length <= FEW_WORDS && !member.type.startsWith('list');
  const type = hasCases
    ? 'one of those below'
    : spelled && member.type.includes('|')
      ? member.values.map(wordText).join(' | ')
      : member.type.replaceAll('|', ' | ');
  const words = wrapped(`${type}${marksText(member.marks)}`, column, width);
  const name = `${' '.repeat(indent)}${nameOf(member)}`.padEnd(column - 2);
  const lines = [`${name}  ${words[0]?.trimStart() ?? ''}`, ...words.slice(1)];
  if (!hasCases && member.values.length > FEW_WORDS) {
    lines.push(...wrapped(member.values.map(wordText).join(', '), column, width));
  }
  return [...lines, ...membersLines(member.members, indent + 4, width)];
}

// Dozens of cases are an overview, in which a member's own members only have names.
function casesLines(members: Members, indent: number, width: number): string[] {
  const { tag } = members;
  if (tag === undefined) return [];
  const values = members.always.find(member => member.name === tag)?.values ?? [];
  const bare = new Set(values.map(value => value.word));
  const lines: string[] = [];
  const head = (words: readonly string[]) => {
    const marked = words.map(word =>
      wordText(values.find(value => value.word === word) ?? { word, marks: [] }),
    );
    return wrapped(`with ${tag}=${marked.join(', ')}:`, indent, width);
  };
  for (const { values: words, members: more } of members.cases) {
    if (more.always.length === 0) continue;
    for (const word of words) bare.delete(word);
    const text = more.always.map(briefly).join(', ') + casesBriefly(more);
    lines.push(...head(words), ...wrapped(text, indent + 4, width));
  }
  if (bare.size > 0) lines.push(...head([...bare]), `${' '.repeat(indent + 4)}nothing more`);
  return lines;
}

function casesBriefly(members: Members): string {
  return members.tag === undefined ? '' : `, more by ${members.tag}`;
}

function briefly(member: MemberDescription): string {
  const inner = member.members.always.map(nameOf).join(', ') + casesBriefly(member.members);
  const type = member.type.replace(/ \(the arguments of [^)]*\)/, '').replaceAll(' ', FIRM);
  const breakable = type.length > LONG_WORDS ? type.replaceAll('|', `|${SOFT}`) : type;
  const text = inner && member.type === 'object' ? `{${inner}}` : breakable;
  return `${nameOf(member)}:${FIRM}${text}${marksText(member.marks)}`;
}

function nameOf(member: MemberDescription): string {
  return member.optional ? `[${member.name}]` : member.name;
}

function wordText(value: ValueDescription): string {
  return `${value.word}${marksText(value.marks)}`;
}

function marksText(marks: readonly string[]): string {
  return marks.length > 0 ? ` (${marks.join('; ')})` : '';
}

function wrapped(text: string, indent: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=[ \u200b])/)) {
    if (line && indent + line.length + word.trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word.replaceAll(SOFT, '');
  }
  return [...lines, line].map(each => ' '.repeat(indent) + each.replaceAll(FIRM, ' '));
}
