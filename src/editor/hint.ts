import type { ParameterDefinition, ParameterKind } from '../statements/define.ts';
import { familyOf } from '../statements/index.ts';
import { treeOf } from './arguments.ts';
import type { Callable } from './callable.ts';
import { spotAt } from './cursor.ts';
import { keyText } from './describe.ts';
import { languageWords } from './language-words.ts';
import type { Scene } from './scene.ts';
import type { Spot } from './spot.ts';
import { typedAt } from './typed.ts';
import type { EditorWorld } from './world.ts';
import type { Written } from './written.ts';

/**
 * What is still to come behind a cursor that stands at the end of its line, as a signature shows it, with the space that goes
 * before it; empty where there is nothing to say. Never throws.
 */
export function hint(text: string, offset: number, world: EditorWorld): string {
  const at = Math.max(0, Math.min(text.length, Math.trunc(offset) || 0));
  if (/[^\s]/.test(/^[^\n]*/.exec(text.slice(at))?.[0] ?? '')) return '';
  const own = text.slice(0, at);
  const [, name, space, behind = ''] = /^\s*(:?[\w-]+)(\s*)(.*)$/s.exec(own) ?? [];
  const command = world.commands?.find(item => item.name === name);
  if (!command) return hintBehind(own, world);
  if (behind === '') return spaced(command.form, space === '');
  return command.takes === 'statement' ? hintBehind(behind, world) : '';
}

function hintBehind(text: string, world: EditorWorld): string {
  const { before, typed } = typedAt(text, text.length);
  if (typed?.text === '') {
    const spot = spotAt(text, before, typed, world);
    return typed.key === undefined ? (typed.form === 'bare' ? rest(spot) : '') : valueHint(typed.key, spot);
  }
  if (typed && typed.form !== 'bare') return '';
  if (/#[^\n]*$/.test(text) && !typed) return '';
  // A word that is being typed behind others may still become a key.
  if (typed && typed.key === undefined) {
    const { at, ...spot } = spotAt(text, before, typed, world);
    if (at !== 'verb' && at !== 'second' && !('written' in spot && spot.written.words.length === 0))
      return '';
  }
  const whole = `${text} `;
  const next = typedAt(whole, whole.length);
  return next.typed ? spaced(rest(spotAt(whole, next.before, next.typed, world)), true) : '';
}

function spaced(text: string, isTouching: boolean): string {
  return text !== '' && isTouching ? ` ${text}` : text;
}

function rest(spot: Spot): string {
  switch (spot.at) {
    case 'call': {
      const { words, arguments: given, behind } = spot.written;
      const form = words.length + given.size > 0 || behind !== 'arguments' ? '' : formOf(spot.callable.verb);
      return form || callRest(spot.callable, spot.written, spot.isStarted, spot.scene);
    }
    case 'second':
      return familyOf(spot.first)
        .map(({ verb }) => verb.slice(spot.first.length + 1))
        .join('|');
    case 'verb':
      return spot.behind === 'start' || spot.behind === 'inner' ? 'STATEMENT' : '';
    case 'word':
      return spot.tokens.done ? formOf(spot.word) : '';
    default:
      return '';
  }
}

/** What the first form of a word of the language has behind it. */
function formOf(word: string): string {
  const [form = ''] = languageWords.find(({ verb }) => verb === word)?.forms ?? [];
  return form.startsWith(`${word} `) ? form.slice(word.length + 1) : '';
}

function callRest(callable: Callable, written: Written, isStarted: boolean, scene: Scene): string {
  const { endings, waits } = callable;
  const limit = waits && !isStarted && !written.hasLimit ? ['[within DURATION]'] : [];
  switch (written.behind) {
    case 'then':
      return [endings.join('|'), ...limit].join(' ');
    case 'ending':
      return limit.join(' ');
    case 'within':
      return 'DURATION [else cancel]';
    case 'limit':
      return '[else cancel]';
    case 'else':
      return 'cancel';
    case 'end':
      return '';
    case 'arguments':
  }
  if (written.open) return '';
  const ending = isStarted || endings.length === 0 ? [] : [`[then ${endings.join('|')}]`];
  return [...parameters(callable, written), ...required(callable, written, scene), ...ending, ...limit].join(
    ' ',
  );
}

/** The parameters of a definition that were not given. */
function parameters({ parameters, isRaw }: Callable, { words, arguments: given }: Written): string[] {
  const left = parameters.filter(
    ({ name }, index) => !given.has(name) && !(index === 0 && !isRaw && words.length > 0),
  );
  const [subject] = parameters;
  const isSubject = (item: ParameterDefinition) => item === subject && !isRaw;
  const word = (item: ParameterDefinition) => {
    const name = item.name.toUpperCase();
    return item.required ? name : `[${name}]`;
  };
  return [
    ...left.filter(isSubject).map(word),
    ...left.filter(item => !isSubject(item) && item.required).map(keyText),
    ...left.filter(item => !isSubject(item) && !item.required).map(keyText),
  ];
}

/** The arguments that a command of QMP cannot do without. */
function required(callable: Callable, written: Written, scene: Scene): string[] {
  const command = callable.isRaw ? callable.command(new Set()) : undefined;
  if (command === undefined) return [];
  const tree = treeOf(callable, written, scene);
  const members = scene.qemu.schema.membersAt(command, [], tree);
  return members
    .filter(({ name, optional, when }) => !optional && !when && !(name in tree))
    .map(({ name, description }) => `${name}=${/^[\w|-]*\|[\w|-]*$/.test(description) ? description : '…'}`);
}

function valueHint(key: string, spot: Spot): string {
  if (spot.at !== 'call') return '';
  const parameter = spot.callable.parameters.find(({ name }) => name === key);
  if (parameter) return kindHint(parameter.kind);
  const command = spot.callable.command(new Set([...spot.written.arguments.keys(), key]));
  const { schema } = spot.scene.qemu;
  const member =
    command === undefined ? undefined : schema.argumentsOf(command).find(({ name }) => name === key);
  return member?.description ?? '';
}

function kindHint(kind: ParameterKind): string {
  switch (kind.is) {
    case 'choice':
      return kind.of.join('|');
    case 'boolean':
      return 'on|off';
    case 'new-node':
      return 'NAME';
    case 'path':
      return 'FILE';
    case 'list':
      return `[${kindHint(kind.of)}, …]`;
    default:
      return kind.is.toUpperCase();
  }
}
