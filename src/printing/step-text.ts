import { chainText } from '../graph/draw.ts';
import { Later } from '../qapi/placeholder.ts';
import type { PlannedJson, PlannedObject } from '../statements/datum.ts';
import type { CheckStep, Step } from '../statements/step.ts';
import { harmless } from '../text/harmless.ts';
import { maskSecrets, withoutSecrets } from '../text/secrets.ts';

/**
 * A step for people, in the pieces between which a line may be broken: a command as a script would write it, or what is
 * waited for or checked.
 */
export function stepPieces(step: Step): string[] {
  switch (step.kind) {
    case 'execute':
      return [step.command, ...membersText(withoutSecrets(step.arguments))];
    case 'await-job':
      return [`wait until ${plainText(step.job)} ${step.status === 'rest' ? 'rests' : `is ${step.status}`}`];
    case 'await-event':
      return [
        `wait for ${step.event}`,
        ...(Object.keys(step.where).length > 0 ? ['where', ...membersText(step.where)] : []),
      ];
    case 'check':
      return [maskSecrets(checkText(step))];
    case 'host':
      return maskedWords(['$', step.program, ...step.arguments.map(plainText)]);
    case 'guest-io':
      return ['io', plainText(step.disk), plainText(step.command)];
    case 'restart':
      return ['restart'];
  }
}

/** A secret may be told by the word before it. */
function maskedWords(words: readonly string[]): string[] {
  return words.map((word, at) => {
    const before = `${words[at - 1] ?? ''} `;
    return maskSecrets(before + word).slice(before.length);
  });
}

function checkText({ check }: CheckStep): string {
  switch (check.kind) {
    case 'job-succeeded':
      return `check that ${plainText(check.job)} has no error`;
    case 'job-cancelled':
      return `check that ${plainText(check.job)} was ended by the cancel alone`;
    case 'file-absent':
      return check.orSocket
        ? `check that nothing but a socket is at ${plainText(check.filename)}`
        : `check that there is no file ${plainText(check.filename)}`;
    case 'chain':
      return `check that the chain is ${chainText(check.nodes.map(name => name ?? '...'))}`;
    case 'identical':
      return `check that ${check.files.map(({ filename }) => plainText(filename)).join(' and ')} read the same`;
  }
}

/** Members as `key=value`, nested ones with dotted keys, as QEMU writes them; so is the only item of a list. */
function membersText(members: PlannedObject, prefix = ''): string[] {
  return Object.entries(members).flatMap(([key, value]) => {
    if (isPlainObject(value)) return membersText(value, `${prefix}${key}.`);
    const isAlone = Array.isArray(value) && value.length === 1 && value.every(isPlainObject);
    return isAlone
      ? value.flatMap((item, at) => membersText(item, `${prefix}${key}.${at}.`))
      : [`${prefix}${key}=${plainText(value)}`];
  });
}

function isPlainObject(value: PlannedJson): value is PlannedObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Later) &&
    Object.keys(value).length > 0
  );
}

function plainText(value: PlannedJson): string {
  if (value instanceof Later) return `<${harmless(value.what)}>`;
  if (typeof value === 'string')
    return /^[^\s;"'`{}()[\]$<>|\\]+$/.test(value) ? harmless(value) : harmless(JSON.stringify(value));
  if (Array.isArray(value)) return `[${value.map(plainText).join(', ')}]`;
  if (isPlainObject(value)) return `{${membersText(value).join(', ')}}`;
  return typeof value === 'object' && value !== null ? '{}' : String(value);
}
