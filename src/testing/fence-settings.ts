import * as say from '../diagnostics/catalogue/documents.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { snapshotVersions } from '../qapi/snapshots.ts';
import type { FenceWord } from '../syntax/literate.ts';
import { parseDuration } from '../text/scalars.ts';
import type { Span } from '../text/source.ts';
import { suggest } from '../text/suggest.ts';

/** What a fence behind a script may state, by the fence's word. */
export const expectations = ['plan', 'diagnostics', 'graph', 'output', 'failure'] as const;

export type Expectation = (typeof expectations)[number];

/** Whether a fence's word is one of those that state something of a script. */
export function isExpectation(word: string): word is Expectation {
  return (expectations as readonly string[]).includes(word);
}

const FLAGS = ['continue', 'check', 'fails', 'complete', 'unpredicted'] as const;
const KEYS = ['needs', 'timeout', 'guest', 'qemu', 'program'] as const;

export type FenceFlag = (typeof FLAGS)[number];

/** The words behind `qblk` at the head of a script's fence. */
export interface FenceSettings {
  /**
   * `continue`: goes on in the sandbox of the one before. `check`: is only checked. `fails`: must fail. `complete`: when only
   * checked, every parameter must have a value, as for a run. `unpredicted`: the graph that is stated is only what a run comes to.
   */
  readonly flags: ReadonlySet<FenceFlag>;
  readonly needs: readonly string[];
  /** Milliseconds. */
  readonly timeout?: number;
  /** Whether the guest writes to its disk all the time, once it is told to `cont`. */
  readonly guest?: 'writes';
  /** The bundled schema of the check and of the plan; the newest of a system emulator without. */
  readonly qemu?: string;
  readonly program?: 'system' | 'storage-daemon';
  /** Values for the script's parameters, each with the word that gives it. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly parameterWords: ReadonlyMap<string, FenceWord>;
}

/** Reads the words; what is wrong with them goes to `findings`, and is then left out. */
export function readSettings(words: readonly FenceWord[], findings: Finding[]): FenceSettings {
  const flags = new Set<FenceFlag>();
  const values = new Map<string, string>();
  const parameters = new Map<string, string>();
  const parameterWords = new Map<string, FenceWord>();
  for (const word of words) {
    const span = { start: word.start, end: word.start + word.text.length };
    const at = word.text.indexOf('=');
    if (at > 0) {
      const key = word.text.slice(0, at);
      const value = word.text.slice(at + 1);
      const into = (KEYS as readonly string[]).includes(key) ? values : parameters;
      const wrong = into === values ? wrongValue(key, value) : undefined;
      if (into.has(key)) findings.push(say.repeatedFenceWord(span, key));
      else if (wrong !== undefined) findings.push(say.wrongFenceValue(span, word.text, wrong));
      else {
        into.set(key, value);
        if (into === parameters) parameterWords.set(key, word);
      }
      continue;
    }
    const flag = FLAGS.find(name => name === word.text);
    if (flag === undefined) findings.push(unknownWord(span, word.text));
    else if (flags.has(flag)) findings.push(say.repeatedFenceWord(span, flag));
    else flags.add(flag);
  }
  const timeout = values.get('timeout');
  const qemu = values.get('qemu');
  const program = values.get('program') as FenceSettings['program'];
  return {
    flags,
    needs: values.get('needs')?.split(',') ?? [],
    parameters,
    parameterWords,
    ...(timeout === undefined ? {} : { timeout: parseDuration(timeout) ?? 0 }),
    ...(values.has('guest') ? { guest: 'writes' } : {}),
    ...(qemu === undefined ? {} : { qemu }),
    ...(program === undefined ? {} : { program }),
  };
}

const KNOWN = [...FLAGS, ...KEYS.map(key => `${key}=`)];

function unknownWord(span: Span, word: string): Finding {
  if (word === 'run') return say.fenceRunsAnyway(span);
  return say.unknownFenceWord(span, word, suggest(word, FLAGS), KNOWN);
}

/** What is wrong with the value of one of the form's own words, and what it may be. */
function wrongValue(key: string, value: string): string | undefined {
  switch (key) {
    case 'timeout':
      return (parseDuration(value) ?? 0) > 0
        ? undefined
        : 'a time limit is a duration: timeout=30s, timeout=5m';
    case 'needs':
      return value.split(',').every(need => isNeed(need))
        ? undefined
        : 'a script needs `qemu`, `storage-daemon`, `real` or a version such as `6.0`; several with commas between';
    case 'guest':
      return value === 'writes' ? undefined : 'a guest can be made to write: guest=writes';
    case 'program':
      return ['system', 'storage-daemon'].includes(value) ? undefined : 'it is `system` or `storage-daemon`';
    default:
      return snapshotVersions().some(version => `${version}.`.startsWith(`${value}.`))
        ? undefined
        : `there are the schemas of ${snapshotVersions().join(', ')}`;
  }
}

function isNeed(need: string): boolean {
  return ['qemu', 'storage-daemon', 'real'].includes(need) || /^\d+(\.\d+){0,2}$/.test(need);
}
