import { EntryLines } from './editing/entry-lines.ts';
import { linesOf } from './line-source.ts';
import type { Answer, Prompt } from './prompt.ts';
import { lastWord, questionText } from './question.ts';

/** Where a plain prompt reads and writes. */
export interface PlainPromptOptions {
  readonly input: NodeJS.ReadableStream;
  /** Results, and what is asked of somebody at a terminal. */
  readonly output: NodeJS.WritableStream;
  /** Messages. */
  readonly errors: NodeJS.WritableStream;
  /** Whether an entry wants more lines. */
  readonly isOpen: (text: string) => boolean;
  /** Somebody sits at a terminal that cannot move its cursor: this is what is shown before each entry. Without it nobody does. */
  readonly label?: () => string;
}

const PROGRESS_MS = 2000;
const GOES_ON = '...> ';

/** A prompt that only reads and writes lines. When the reader of its results goes away, its entries end. */
export function plainPrompt({ input, output, errors, isOpen, label }: PlainPromptOptions): Prompt {
  const lines = linesOf(input);
  const entries = new EntryLines(isOpen);
  const listeners = new Set<() => void>();
  let isReading = false;
  let isGone = false;
  let progressed = 0;
  let prefilled: string | undefined;

  const goAway = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isGone = true;
    lines.close();
  };
  output.on('error', goAway);
  errors.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const write = (stream: NodeJS.WritableStream, text: string) => {
    if (!isGone) stream.write(text);
  };
  const tell = (stream: NodeJS.WritableStream, text: string) =>
    write(stream, text.endsWith('\n') ? text : `${text}\n`);
  const invite = () => {
    if (label) write(output, entries.isEmpty ? label() : GOES_ON);
  };

  const onSignal = () => {
    if (!isReading) for (const listener of [...listeners]) listener();
    else if (label) {
      entries.rest();
      write(output, '\n');
      invite();
    } else {
      process.off('SIGINT', onSignal);
      process.kill(process.pid, 'SIGINT');
    }
  };

  // At a terminal Ctrl-C gives up a line or a statement, and never the prompt.
  if (label) process.on('SIGINT', onSignal);

  const read = async (): Promise<string | undefined> => {
    for (;;) {
      invite();
      const line = await lines.next();
      if (line === undefined) return entries.rest();
      const entry = line === '' && prefilled !== undefined ? prefilled : entries.add(line);
      prefilled = undefined;
      if (entry !== undefined) return entry;
    }
  };

  const ask = async (question: string, answers: readonly Answer[], signal?: AbortSignal): Promise<string> => {
    if (!label || signal?.aborted) return lastWord(answers);
    write(output, `${questionText(question, answers)}: `);
    const aborted = new Promise<undefined>(resolve => {
      signal?.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const line = (await Promise.race([lines.next(), aborted]))?.trim().toLowerCase();
    const chosen = answers.find(({ key, word }) => line === key.toLowerCase() || line === word.toLowerCase());
    return chosen?.word ?? lastWord(answers);
  };

  return {
    isInteractive: label !== undefined,
    read: async () => {
      isReading = true;
      try {
        return await read();
      } finally {
        isReading = false;
      }
    },
    print: (text, kind) => tell(kind === 'result' ? output : errors, text),
    progress: now => {
      if (!label || now.length === 0 || performance.now() - progressed < PROGRESS_MS) return;
      progressed = performance.now();
      tell(errors, now.join('\n'));
    },
    ask,
    onInterrupt: listener => {
      if (!label && listeners.size === 0) process.on('SIGINT', onSignal);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (!label && listeners.size === 0) process.off('SIGINT', onSignal);
      };
    },
    refresh: () => {},
    prefill: text => {
      if (!label) return;
      tell(output, text);
      tell(errors, 'Enter takes this; another entry stands in its place.');
      prefilled = text;
    },
    suspend: async whileAway => {
      lines.pause();
      try {
        return await whileAway();
      } finally {
        lines.resume();
      }
    },
    close: () => {
      process.off('SIGINT', onSignal);
      lines.close();
    },
  };
}
