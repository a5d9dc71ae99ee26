import { isObject, type JsonObject, parseJson } from '../qmp/json.ts';
import { DurableError } from './durable-error.ts';
import {
  type AnswerLine,
  type EndLine,
  type Head,
  type IntentLine,
  JOURNAL_VERSION,
} from './journal-lines.ts';
import { journalBytes, journalFile } from './run-folder.ts';

/** A run as its journal tells it. */
export interface Past {
  readonly head: Head;
  /** By the number of the operation. */
  readonly intents: ReadonlyMap<number, IntentLine>;
  readonly answers: ReadonlyMap<number, AnswerLine>;
  /** How jobs ended that QEMU was told, or was about to be told, to forget; by their ids. */
  readonly verdicts: ReadonlyMap<string, JsonObject>;
  readonly end?: EndLine;
  /** In bytes, up to the end of the last whole line. */
  readonly length: number;
}

/** The steps that were sent and of which nobody has written down what came of them. */
export function inFlight({ intents, answers }: Past): IntentLine[] {
  return [...intents.values()].filter(({ n }) => !answers.has(n));
}

/** Reads a run's journal. Throws a DurableError where there is none, or something else than one. */
export function readJournal(run: string): Past {
  const file = journalFile(run);
  let bytes: Buffer;
  try {
    bytes = journalBytes(run);
  } catch (error) {
    if (error instanceof DurableError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? '' : `: ${message}`;
    throw new DurableError('journal', `there is no run ${run}${why}`, ['the runs that there are: qblk runs']);
  }
  const length = bytes.lastIndexOf(0x0a) + 1;
  const [first, ...rest] = bytes.subarray(0, length).toString('utf8').split('\n').slice(0, -1);
  const head = first === undefined ? undefined : (readLine(first) as unknown as Head | undefined);
  if (head?.qblk !== 'run')
    throw new DurableError('journal', `${file} is no journal of a run, or ends before its first line does`, [
      `nothing was sent by it; remove it: qblk runs --forget ${run}`,
    ]);
  if (head.version !== JOURNAL_VERSION)
    throw new DurableError('journal', `${file} was written by another version of qblk`, [
      'go on with the version that began the run',
    ]);
  const intents = new Map<number, IntentLine>();
  const answers = new Map<number, AnswerLine>();
  const verdicts = new Map<string, JsonObject>();
  let end: EndLine | undefined;
  for (const [at, text] of rest.entries()) {
    const line = readLine(text);
    if (!line)
      throw new DurableError('journal', `line ${at + 2} of ${file} is damaged`, [
        'see by hand how far the run came: qblk show chain, qblk show jobs',
      ]);
    if ('s' in line) {
      const intent = line as unknown as IntentLine;
      intents.set(intent.n, intent);
      for (const id of intent.jobs ?? []) verdicts.delete(id);
    } else if ('n' in line) answers.set(Number(line['n']), line as unknown as AnswerLine);
    else if (isObject(line['verdict'])) verdicts.set(String(line['verdict']['id']), line['verdict']);
    else if ('end' in line) end = line as unknown as EndLine;
  }
  return { head, intents, answers, verdicts, length, ...(end ? { end } : {}) };
}

function readLine(text: string): JsonObject | undefined {
  try {
    const line = parseJson(text);
    return isObject(line) ? line : undefined;
  } catch {
    return undefined;
  }
}
