import { nestDotted } from '../qapi/dotted.ts';
import type { Callable } from './callable.ts';
import type { Candidate } from './completion.ts';
import { jsonKeys, jsonValues } from './json-values.ts';
import { qmpKeys } from './qmp-keys.ts';
import { qmpValues } from './qmp-values.ts';
import type { Scene } from './scene.ts';
import { words } from './things.ts';
import { durations, givenTo, valuesFor } from './values.ts';
import type { Written } from './written.ts';

/** What can stand behind a verb: its subject, its keys and their values, its ending and its limit. */
export function callCandidates(
  callable: Callable,
  written: Written,
  isStarted: boolean,
  scene: Scene,
): Candidate[] {
  const { typed } = scene;
  if (written.open) return inLiteral(callable, written, scene);
  switch (written.behind) {
    case 'then':
      return callable.endings.map(ending => endingCandidate(ending, ''));
    case 'within':
      return words(durations, 'a duration', 'value');
    case 'limit':
      return [...words(['else cancel'], 'break the job off when the time is over'), ...elseBlock];
    case 'else':
      return words(['cancel'], 'break the job off when the time is over');
    case 'ending':
      return [...limit(callable, written, isStarted), ...elseBlock];
    case 'end':
      return [];
    case 'arguments':
  }
  if (typed.key !== undefined) return valuesOfKey(typed.key, callable, written, scene);
  const [subject] = callable.parameters;
  const lacksSubject =
    subject !== undefined &&
    !callable.isRaw &&
    written.words.length === 0 &&
    !written.arguments.has(subject.name);
  const subjects = lacksSubject ? valuesFor(subject, callable, written, scene) : [];
  // A string can only be the subject here.
  if (typed.form === 'text') return subject?.kind.is === 'path' ? subjects : [];
  if (written.hasBlock) return [...limit(callable, written, isStarted), ...elseBlock];
  const isReady = !lacksSubject || typed.text !== '';
  return [
    ...subjects,
    ...keys(callable, written, isReady, scene),
    ...(isReady ? endings(callable, written, isStarted) : []),
    ...(isReady ? limit(callable, written, isStarted) : []),
    ...(isReady ? elseBlock : []),
  ];
}

const elseBlock: readonly Candidate[] = words(['else'], 'go on with other statements where it fails');

function endingCandidate(ending: string, before: string): Candidate {
  const meaning =
    ending === 'pivot' ? 'complete it when it is ready' : 'end it when it is ready, without moving the guest';
  return { text: before + ending, summary: meaning, kind: 'word' };
}

function endings({ endings }: Callable, { hasEnding }: Written, isStarted: boolean): Candidate[] {
  return hasEnding || isStarted ? [] : endings.map(ending => endingCandidate(ending, 'then '));
}

function limit({ waits }: Callable, { hasLimit }: Written, isStarted: boolean): Candidate[] {
  return hasLimit || !waits || isStarted ? [] : words(['within'], 'fail if it takes longer');
}

function keys(callable: Callable, written: Written, withFurther: boolean, scene: Scene): Candidate[] {
  const { parameters, isRaw, startsJob } = callable;
  const { later, typed } = scene;
  const isGiven = (name: string, index = -1) =>
    written.arguments.has(name) || later.has(name) || (index === 0 && !isRaw && written.words.length > 0);
  const left = parameters.filter(({ name }, index) => !isGiven(name, index));
  const own = [...left.filter(({ required }) => required), ...left.filter(({ required }) => !required)].map(
    ({ name, summary }): Candidate => ({ text: `${name}=`, summary, kind: 'argument', isOpen: true }),
  );
  const command = callable.command(new Set([...written.arguments.keys(), ...later]));
  if (command === undefined || !(withFurther || typed.text !== '')) return own;
  const hidden = new Set(parameters.flatMap(({ name, argument = name }) => [name, argument]));
  const isTaken = (name: string) =>
    isGiven(name) || hidden.has(name) || (startsJob && (name === 'auto-dismiss' || name === 'job-id'));
  const id: Candidate[] =
    startsJob && !isGiven('job-id')
      ? [{ text: 'job-id=', summary: 'the name of its job', kind: 'argument', isOpen: true }]
      : [];
  return [...own, ...id, ...qmpKeys(command, treeOf(callable, written, scene), isTaken, scene)];
}

/** The arguments of the command so far, those that parameters stand for under their names in QMP. */
export function treeOf(callable: Callable, written: Written, scene: Scene): Record<string, unknown> {
  const beside = givenTo(callable, written, scene);
  const parameters = new Map(callable.parameters.map(item => [item.name, item.argument ?? item.name]));
  const further = [...written.arguments].filter(([key]) => !parameters.has(key));
  const nested = nestDotted(further);
  const given = Object.fromEntries(
    Object.entries(beside).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const own = Object.entries(given).map(([key, value]) => [parameters.get(key) ?? key, value]);
  return {
    ...callable.implied(given, scene.qemu.graph),
    ...Object.fromEntries(own),
    ...('tree' in nested ? nested.tree : {}),
  };
}

function valuesOfKey(key: string, callable: Callable, written: Written, scene: Scene): Candidate[] {
  const parameter = callable.parameters.find(({ name }) => name === key);
  const isPath = (candidate: Candidate) => candidate.kind === 'path' || scene.typed.form === 'bare';
  if (parameter) return valuesFor(parameter, callable, written, scene).filter(isPath);
  const command = callable.command(new Set([...written.arguments.keys(), ...scene.later, key]));
  if (command === undefined) return [];
  const path = key.split('.').map(part => (/^\d+$/.test(part) ? Number(part) : part));
  return qmpValues(command, path, treeOf(callable, written, scene), scene).filter(isPath);
}

/** In a list of a parameter's values, or in the JSON of an argument. */
function inLiteral(callable: Callable, written: Written, scene: Scene): Candidate[] {
  const { open: literal } = written;
  const key = literal?.key ?? '';
  const open = literal?.open;
  if (!open || literal?.key === undefined) return [];
  const parameter = callable.parameters.find(({ name }) => name === key);
  if (parameter && open.path.length <= 1 && open.next === 'value' && parameter.kind.is === 'list') {
    const taken = new Set(Array.isArray(literal.value) ? literal.value : []);
    return valuesFor(parameter, callable, written, scene).filter(
      candidate => !taken.has(candidate.label ?? candidate.text),
    );
  }
  const command = callable.command(new Set(written.arguments.keys()));
  if (command === undefined) return [];
  const path = [...(parameter?.argument ?? key).split('.'), ...open.path];
  const tree = { ...treeOf(callable, written, scene), [parameter?.argument ?? key]: literal.value };
  if (open.next === 'key') return jsonKeys(command, path, tree, scene);
  return open.next === 'value' ? jsonValues(command, path, tree, scene) : [];
}
