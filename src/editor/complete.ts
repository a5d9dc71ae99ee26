import { familyOf, statements } from '../statements/index.ts';
import { callCandidates } from './candidates/arguments.ts';
import { messageCandidates } from './candidates/json-values.ts';
import { languageCandidates } from './candidates/language.ts';
import { matching } from './candidates/match.ts';
import { filesAfter, paths, words } from './candidates/things.ts';
import { variables } from './candidates/variables.ts';
import { commandCandidate, secondWords, verbs } from './candidates/verbs.ts';
import type { Candidate, Completion } from './completion.ts';
import { spotAt } from './cursor/cursor.ts';
import type { Spot } from './cursor/spot.ts';
import { typedAt } from './cursor/typed.ts';
import { languageWords } from './language-words.ts';
import { topics } from './topics.ts';
import type { EditorWorld, PromptWord } from './world.ts';

const NOWHERE: readonly Candidate[] = [];
const IMAGE_PROGRAMS = ['qemu-img', 'qemu-io', 'qemu-nbd'];

/** What can stand at `offset`, for what is there already and for the QEMU as it was last seen. Never throws. */
export function complete(text: string, offset: number, world: EditorWorld): Completion {
  const at = Math.max(0, Math.min(text.length, Math.trunc(offset) || 0));
  return completeCommand(text, at, world) ?? completeEntry(text, at, world);
}

/** What completes a command of the prompt, or its name where that begins with `:`. */
function completeCommand(text: string, offset: number, world: EditorWorld): Completion | undefined {
  const { commands = [] } = world;
  const head = /^\s*(:?[\w-]*)(\s+)?/.exec(text.slice(0, offset));
  const [whole = '', name = '', space] = head ?? [];
  if (space === undefined) {
    if (!name.startsWith(':') || whole.length !== offset) return undefined;
    const known = commands.map(({ name: text, summary }): Candidate => ({ text, summary, kind: 'command' }));
    const rest = /^[\w-]*/.exec(text.slice(offset))?.[0] ?? '';
    return { start: offset - name.length, end: offset + rest.length, candidates: matching(known, name) };
  }
  const command = name === '' ? undefined : commands.find(item => item.name === name);
  if (command) return completeBehind(command, text, offset, whole.length, world);
  return name.startsWith(':') ? { start: offset, end: offset, candidates: NOWHERE } : undefined;
}

function completeBehind(
  { takes }: PromptWord,
  text: string,
  offset: number,
  start: number,
  world: EditorWorld,
): Completion {
  if (takes === 'statement' || takes === 'query') {
    const { commands: _, ...plain } = world;
    const behind = text.slice(start);
    const inner = completeEntry(behind, offset - start, plain);
    const isVerb = /^\s*(?:@[\w-]+\s+)?$/.test(behind.slice(0, inner.start));
    const candidates =
      takes === 'query' && isVerb
        ? queriesAmong(inner.candidates, behind.slice(inner.start, offset - start), world)
        : inner.candidates;
    return { candidates, start: inner.start + start, end: inner.end + start };
  }
  const typed = text.slice(start, offset);
  const names = takes === 'topic' ? helpNames(world) : takes === 'path' ? [] : (takes ?? []);
  const all =
    takes === 'path'
      ? filesAfter(typed, world)
      : words(names, takes === 'topic' ? 'what help knows' : 'a setting');
  return { start, end: offset, candidates: matching(all, typed) };
}

/** What changes nothing, and so can be asked again and again: the queries of QMP are offered before one is typed, too. */
function queriesAmong(offered: readonly Candidate[], typed: string, { schema }: EditorWorld): Candidate[] {
  const kept = offered.filter(({ kind, text }) => kind !== 'verb' || text === 'show' || isQuery(text));
  const queries = schema.commands().filter(isQuery);
  return typed === '' ? [...kept, ...queries.map(name => commandCandidate(name, schema))] : kept;
}

function isQuery(command: string): boolean {
  return command.startsWith('query-');
}

/** What `help` knows by name. */
function helpNames({ schema }: EditorWorld): string[] {
  const families = statements.flatMap(({ verb }) => {
    const [first = verb] = verb.split(' ');
    return familyOf(first).length > 0 ? [first] : [];
  });
  return [
    ...statements.map(({ verb }) => verb),
    ...new Set(families),
    ...languageWords.map(({ verb }) => verb),
    ...topics.map(({ name }) => name),
    ...schema.commands(),
  ];
}

function completeEntry(text: string, offset: number, world: EditorWorld): Completion {
  const { before, typed } = typedAt(text, offset);
  if (!typed) return { start: offset, end: offset, candidates: NOWHERE };
  const candidates = matching(candidatesAt(spotAt(text, before, typed, world)), typed.text);
  return { start: typed.start, end: typed.end, candidates };
}

function candidatesAt(spot: Spot): readonly Candidate[] {
  const { scene } = spot;
  if (scene.typed.form === 'variable' || scene.typed.form === 'inside') return variables(scene);
  switch (spot.at) {
    case 'verb':
      return verbs(scene, spot.behind);
    case 'second':
      return scene.typed.key === undefined ? secondWords(spot.first) : NOWHERE;
    case 'endpoint': {
      const names = new Set([...(scene.world.endpoints?.keys() ?? []), ...scene.above.endpoints]);
      return words(
        [...names].map(name => `@${name}`),
        'an endpoint',
      );
    }
    case 'call':
      return callCandidates(spot.callable, spot.written, spot.isStarted, scene);
    case 'word':
      return languageCandidates(spot.word, spot.tokens, scene);
    case 'message':
      return messageCandidates(spot.literal, scene);
    case 'program':
      return spot.words === 0 ? words(IMAGE_PROGRAMS, 'a program of this host') : paths(scene);
    case 'nowhere':
      return NOWHERE;
  }
}
