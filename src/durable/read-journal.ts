import { readFileSync, statSync } from 'node:fs';
import {
  journalDamaged,
  journalUnreadable,
  noJournal,
  otherJournalVersion,
  unknownRun,
} from '../diagnostics/catalogue/durable-runs.ts';
import { isObject, type JsonObject, parseJson } from '../qmp/json.ts';
import { DurableError } from './durable-error.ts';
import {
  type AnswerLine,
  type EndLine,
  type Head,
  type IntentLine,
  JOURNAL_VERSION,
} from './journal-lines.ts';
import { goesOnBehindSeal, unseal } from './journal-seal.ts';
import { isOurs, isRunId, journalFile } from './run-folder.ts';

/** Where a journal ends, for whoever goes on with it. */
export interface EndOfJournal {
  /** In bytes, up to the end of the last whole line. */
  readonly length: number;
  /** Whether that line has its line break. */
  readonly isBroken: boolean;
  /** That of the last whole line. */
  readonly sum: string;
}

/** A run as its journal tells it. */
export interface Past {
  readonly head: Head;
  /** By the number of the operation. */
  readonly intents: ReadonlyMap<number, IntentLine>;
  readonly answers: ReadonlyMap<number, AnswerLine>;
  /** How jobs ended that QEMU was told, or was about to be told, to forget; by their ids. */
  readonly verdicts: ReadonlyMap<string, JsonObject>;
  readonly end?: EndLine;
  readonly endOfJournal: EndOfJournal;
}

/** The steps that were sent and of which nobody has written down what came of them. */
export function inFlight({ intents, answers }: Past): IntentLine[] {
  return [...intents.values()].filter(({ n }) => !answers.has(n));
}

/**
 * Reads a run's journal. Throws a DurableError where there is none, or something else than one, or where a line is not as it was
 * written: a run that goes on by a wrong answer may do harm. Half a line at the end is what a crash leaves, and is passed over.
 */
export function readJournal(run: string): Past {
  const file = journalFile(run);
  const bytes = bytesOf(run, file);
  const head = headIn(run, file, bytes);
  const intents = new Map<number, IntentLine>();
  const answers = new Map<number, AnswerLine>();
  const verdicts = new Map<string, JsonObject>();
  let end: EndLine | undefined;
  const { lines, endOfJournal } = linesIn(run, file, bytes);
  for (const line of lines.slice(1)) {
    if ('s' in line) {
      const intent = line as unknown as IntentLine;
      intents.set(intent.n, intent);
      for (const id of intent.jobs ?? []) verdicts.delete(id);
    } else if ('n' in line) answers.set(Number(line['n']), line as unknown as AnswerLine);
    else if (isObject(line['verdict'])) verdicts.set(String(line['verdict']['id']), line['verdict']);
    else if ('end' in line) end = line as unknown as EndLine;
  }
  return { head, intents, answers, verdicts, endOfJournal, ...(end ? { end } : {}) };
}

/** What a run is made of; undefined where its journal does not tell. The lines behind it may be damaged. */
export function readHead(run: string): Head | undefined {
  try {
    const file = journalFile(run);
    return headIn(run, file, bytesOf(run, file));
  } catch (error) {
    if (error instanceof DurableError) return undefined;
    throw error;
  }
}

function bytesOf(run: string, file: string): Buffer {
  if (!isRunId(run)) throw new DurableError('journal', unknownRun(run));
  try {
    const stats = statSync(file);
    if (!stats.isFile()) throw new DurableError('journal', journalUnreadable(file, 'it is no file'));
    if (!isOurs(stats))
      throw new DurableError(
        'journal',
        journalUnreadable(file, 'it belongs to another user, who may have written it'),
      );
    return readFileSync(file);
  } catch (error) {
    if (error instanceof DurableError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DurableError('journal', code === 'ENOENT' ? unknownRun(run) : journalUnreadable(file, message));
  }
}

function headIn(run: string, file: string, bytes: Buffer): Head {
  const end = bytes.indexOf(LINE_BREAK);
  const text = end === -1 ? undefined : textOf(bytes.subarray(0, end));
  const head = text === undefined ? undefined : objectIn(text);
  if (text === undefined || head?.['qblk'] !== 'run') throw new DurableError('journal', noJournal(run, file));
  if (head['version'] !== JOURNAL_VERSION)
    throw new DurableError('journal', otherJournalVersion(file, String(head['version']), JOURNAL_VERSION));
  if (!unseal(text, '') || head['run'] !== run) throw damaged(run, file, 1);
  return head as unknown as Head;
}

const LINE_BREAK = 0x0a;

/** All whole lines of a journal. */
function linesIn(
  run: string,
  file: string,
  bytes: Buffer,
): { readonly lines: JsonObject[]; readonly endOfJournal: EndOfJournal } {
  const lines: JsonObject[] = [];
  let sum = '';
  let length = 0;
  for (let to = bytes.indexOf(LINE_BREAK); to !== -1; to = bytes.indexOf(LINE_BREAK, length)) {
    const text = textOf(bytes.subarray(length, to));
    const unsealed = text === undefined ? undefined : unseal(text, sum);
    const line = unsealed && objectIn(unsealed.text);
    if (!line) throw damaged(run, file, lines.length + 1);
    lines.push(line);
    sum = unsealed.sum;
    length = to + 1;
  }
  // A power cut leaves zeros where what was written had not come to the disk yet.
  const rest = textOf(bytes.subarray(length))?.replace(/\0+$/, '');
  const last = rest === undefined ? undefined : unseal(rest, sum);
  const line = last && objectIn(last.text);
  if (rest === undefined || goesOnBehindSeal(rest, sum)) throw damaged(run, file, lines.length + 1);
  if (!line) return { lines, endOfJournal: { length, isBroken: true, sum } };
  const whole = length + Buffer.byteLength(rest);
  return { lines: [...lines, line], endOfJournal: { length: whole, isBroken: false, sum: last.sum } };
}

/** Undefined where it is longer than any text can be. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return bytes.toString('utf8');
  } catch {
    return undefined;
  }
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const line = parseJson(text);
    return isObject(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

function damaged(run: string, file: string, line: number): DurableError {
  return new DurableError('journal', journalDamaged(run, file, line));
}
