import { commandOf } from '../compile/evaluate/call.ts';
import { actionTypes } from '../compile/evaluate/transaction/inside.ts';
import type { StatementDefinition } from '../statements/define.ts';
import { familyOf, statements } from '../statements/index.ts';
import type { Candidate } from './completion.ts';
import { languageWords } from './language-words.ts';
import { proceduresAt, type Scene } from './scene.ts';
import { words } from './things.ts';

/** Words that stand behind a statement, and begin none. */
const TAILS: ReadonlySet<string> = new Set(['then', 'within', 'else']);
const ONLY_OUTSIDE: ReadonlySet<string> = new Set([
  'chain',
  'param',
  'let',
  'defer',
  'proc',
  'use',
  'target',
]);
const IN_TRANSACTION: ReadonlySet<string> = new Set(['for', 'if']);

/** What a statement can begin with. QMP commands come last, and only once something was typed or behind `let x =`. */
export function verbs(scene: Scene, behind?: 'start' | 'let' | 'inner'): Candidate[] {
  const { schema } = scene.qemu;
  const actions = scene.inTransaction ? actionTypes(schema) : undefined;
  const fits = (definition: StatementDefinition) => {
    const commands = [new Set<string>(), new Set(definition.parameters.map(({ name }) => name))].map(keys =>
      commandOf(definition, keys),
    );
    if (actions) return commands.some(command => command !== undefined && actions.has(command));
    return behind !== 'start' || definition.job !== undefined;
  };
  const defined = statements.filter(fits).map(({ verb, summary }) => candidate(verb, summary));
  const language = languageWords
    .filter(({ verb }) => {
      if (TAILS.has(verb)) return false;
      if (actions) return IN_TRANSACTION.has(verb);
      if (behind === 'start') return verb === 'transaction';
      return behind === undefined || !ONLY_OUTSIDE.has(verb);
    })
    .map(({ verb, summary }) => candidate(verb, summary));
  const procedures = [...proceduresAt(scene).values()].map(({ statement }) =>
    candidate(statement.name.text, statement.documentation.split('\n')[0] || 'a procedure'),
  );
  const own = behind === 'start' || behind === 'let' ? defined : [...procedures, ...defined];
  const values = behind === 'let' ? words(['true', 'false', 'null'], 'a value', 'value') : [];
  return [...own, ...language, ...entryWords(scene), ...values, ...raw(scene, behind, actions)];
}

function candidate(text: string, summary: string): Candidate {
  return { text, summary, kind: 'verb' };
}

function entryWords({ world, isEntry }: Scene): Candidate[] {
  if (!isEntry) return [];
  return (world.commands ?? []).map(({ name, summary }) => ({ text: name, summary, kind: 'command' }));
}

function raw(
  { typed, qemu: { schema } }: Scene,
  behind: string | undefined,
  actions: ReadonlySet<string> | undefined,
): Candidate[] {
  if (behind === 'start' || (typed.text === '' && behind !== 'let')) return [];
  const names = actions ? [...actions] : schema.commands();
  const wanted = typed.text === '' ? names.filter(name => name.startsWith('query-')) : names;
  return wanted.map(name => commandCandidate(name, schema));
}

/** A QMP command with what QEMU marks it as. */
export function commandCandidate(name: string, schema: Scene['qemu']['schema']): Candidate {
  const marks = [
    ...(schema.isDeprecated(name) ? ['deprecated'] : []),
    ...(schema.isUnstable(name) ? ['unstable'] : []),
  ];
  return { text: name, summary: ['QMP command', ...marks].join(', '), kind: 'verb' };
}

/** What can stand behind the first of two words. */
export function secondWords(first: string): Candidate[] {
  return familyOf(first).map(({ verb, summary }) => candidate(verb.slice(first.length + 1), summary));
}
