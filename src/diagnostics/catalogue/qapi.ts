import type { Span } from '../../text/source.ts';
import { suggest } from '../../text/suggest.ts';
import type { Finding, Severity } from '../diagnostic.ts';

/** Where a command leaves a QEMU's schema: what the schema's validator finds. */
export interface SchemaProblem {
  readonly kind:
    | 'unknown-command'
    | 'unknown-argument'
    | 'missing-argument'
    | 'wrong-type'
    | 'unknown-value'
    | 'out-of-range'
    | 'deprecated'
    | 'unstable';
  readonly path: readonly (string | number)[];
  /** What stands there, as JSON. */
  readonly found?: string;
  readonly expected?: string;
  readonly allowed?: readonly string[];
  readonly belongsTo?: { readonly tag: string; readonly values: readonly string[] };
  readonly successor?: string;
  readonly advice?: string;
}

export interface SchemaProblemContext {
  readonly command: string;
  readonly span: Span;
  /** Whose schema it is: `QEMU 7.2.22`. */
  readonly label: string;
  /** The versions of QEMU, of those whose schemas are at hand, that have what is unknown here, and that lack it. */
  readonly availability?: { readonly has: readonly string[]; readonly lacks: readonly string[] } | undefined;
}

type Explanation = { readonly message: string; readonly label: string; readonly help: readonly string[] };

const SEVERITY: Partial<Record<SchemaProblem['kind'], Severity>> = {
  deprecated: 'warning',
  unstable: 'note',
};

const explanations: Record<
  SchemaProblem['kind'],
  (problem: SchemaProblem, context: SchemaProblemContext) => Explanation
> = {
  'unknown-command': (problem, { command, label, availability }) => ({
    message: `${label} has no command \`${command}\``,
    label: 'not a command of this QEMU',
    help: [...nearest(command, problem.allowed), ...versions(availability)],
  }),

  'unknown-argument': (problem, { command, label, availability }) => {
    const name = lastName(problem);
    const { belongsTo } = problem;
    const only = belongsTo && `\`${name}\` belongs to ${belongsTo.tag}=${either(belongsTo.values)}`;
    const near = nearest(name, problem.allowed);
    return {
      message: `${owner(problem, command)} has no ${problem.path.length > 1 ? 'member' : 'argument'} \`${name}\` in ${label}`,
      label: only ? `only with ${belongsTo.tag}=${either(belongsTo.values)}` : 'not known',
      help: only
        ? [only]
        : [...(near.length > 0 ? near : list('it takes', problem.allowed)), ...versions(availability)],
    };
  },

  'missing-argument': (problem, { command }) => {
    const name = lastName(problem);
    return {
      message: `${owner(problem, command)} needs \`${name}\`, ${article(problem.expected)}`,
      label: `\`${name}\` is missing`,
      help: [],
    };
  },

  'wrong-type': (problem, { command }) => {
    const wanted = article(problem.expected);
    const what = problem.path.length > 0 ? `\`${place(problem)}\` of \`${command}\`` : `\`${command}\``;
    return {
      message: `${what} takes ${wanted}, and \`${problem.found}\` is none`,
      label: `not ${wanted}`,
      help: quoting(problem),
    };
  },

  'unknown-value': (problem, { command, label, availability }) => {
    const word = plain(problem.found);
    return {
      message: `\`${place(problem)}\` of \`${command}\` does not take \`${word}\` in ${label}`,
      label: 'not one of its values',
      help: [
        ...nearest(word, problem.allowed),
        ...list('it takes', problem.allowed, `\`qblk schema ${command}\` lists what it takes`),
        ...versions(availability),
      ],
    };
  },

  'out-of-range': (problem, { command }) => ({
    message: `\`${place(problem)}\` of \`${command}\` takes a 64-bit integer, and \`${problem.found}\` is beyond these`,
    label: 'beyond 64 bits',
    help: [],
  }),

  deprecated: (problem, { command, label }) => ({
    message: `${subject(problem, command)} is deprecated in ${label}`,
    label: 'deprecated',
    help: [successor(problem)],
  }),

  unstable: (problem, { command, label }) => ({
    message: `${subject(problem, command)} is unstable in ${label}: it may change, or go, in any release`,
    label: 'unstable',
    help: [],
  }),
};

/** A problem with a command's schema as something to tell: errors, but for what QEMU still carries out. */
export function explainProblem(problem: SchemaProblem, context: SchemaProblemContext): Finding {
  const { message, label, help } = explanations[problem.kind](problem, context);
  return {
    severity: SEVERITY[problem.kind] ?? 'error',
    code: problem.kind,
    message,
    primary: { span: context.span, text: label },
    ...(help.length > 0 && { help }),
  };
}

function lastName(problem: SchemaProblem): string {
  const last = problem.path.at(-1);
  return typeof last === 'number' ? `[${last}]` : (last ?? '');
}

function place(problem: SchemaProblem): string {
  return pathText(problem.path);
}

function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index > 0 ? `.${step}` : step))
    .join('');
}

function owner(problem: SchemaProblem, command: string): string {
  const above = pathText(problem.path.slice(0, -1));
  return above ? `\`${above}\` of \`${command}\`` : `\`${command}\``;
}

function subject(problem: SchemaProblem, command: string): string {
  if (problem.path.length === 0) return `\`${command}\``;
  const value = problem.found === undefined ? '' : `=${plain(problem.found)}`;
  return `\`${place(problem)}${value}\` of \`${command}\``;
}

function successor({ successor, advice }: SchemaProblem): string {
  if (successor === 'nothing') return advice ?? 'leave it out';
  if (successor) return `use \`${successor}\`${advice ? `: ${advice}` : ''}`;
  return "it works for now; QEMU's list of deprecated features says until when, and whether something takes its place";
}

function quoting(problem: SchemaProblem): string[] {
  const name = lastName(problem);
  if (problem.expected === 'string' && /^[-0-9tf]/.test(problem.found ?? '')) {
    return [`as text it is ${name}="${problem.found}"`];
  }
  if (problem.expected === 'integer') return numeral(problem);
  return problem.expected === 'boolean' ? [`write ${name}=on or ${name}=off`] : [];
}

/** For text that begins as a number does: with which units numbers are written. */
function numeral({ found = '' }: SchemaProblem): string[] {
  const [, size] = /^"(\d+(?:\.\d+)?[KMGTPE])i?B"$/i.exec(found) ?? [];
  if (size !== undefined) return [`a size is written without the B, such as ${size}`];
  return /^"\d/.test(found) ? ['write a whole number, or a size, such as 10M'] : [];
}

function nearest(word: string, known: readonly string[] = []): string[] {
  const near = suggest(word, known);
  return near.length > 0 ? [`did you mean ${either(near.map(name => `\`${name}\``))}?`] : [];
}

function list(intro: string, words: readonly string[] = [], otherwise?: string): string[] {
  if (words.length > 0 && words.length <= 16) return [`${intro} ${words.join(', ')}`];
  return otherwise === undefined ? [] : [otherwise];
}

function versions(availability: SchemaProblemContext['availability']): string[] {
  if (!availability || availability.has.length === 0) return [];
  const { has, lacks } = availability;
  const without = lacks.length > 0 ? `; ${both(lacks)} ${lacks.length > 1 ? 'lack' : 'lacks'} it` : '';
  return [`QEMU ${both(has)} ${has.length > 1 ? 'have' : 'has'} it${without}`];
}

function plain(json = ''): string {
  return json.startsWith('"') ? json.replace(/^"|"$/g, '') : json;
}

function article(expected = 'another value'): string {
  if (expected === 'null' || expected === 'any value' || expected === 'another value') return expected;
  if (expected.includes('|')) return `one of ${expected.replaceAll('|', ', ')}`;
  if (expected.startsWith('one of')) return expected;
  const each = expected
    .split(' or ')
    .map(noun => (noun === 'null' ? noun : `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`));
  return either(each);
}

const either = (words: readonly string[]) => joined(words, 'or');
const both = (words: readonly string[]) => joined(words, 'and');

function joined(words: readonly string[], conjunction: string): string {
  const shown = words.length > 12 ? [...words.slice(0, 10), `${words.length - 10} more`] : words;
  return shown.length < 2
    ? shown.join('')
    : `${shown.slice(0, -1).join(', ')} ${conjunction} ${shown.at(-1)}`;
}
