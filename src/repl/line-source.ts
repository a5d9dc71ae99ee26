import { StringDecoder } from 'node:string_decoder';

const MOST_WAITING = 1000;

/** The lines of a stream, without their ends (`\n` or `\r\n`); the last one needs none. */
export interface LineSource {
  /** The next line; undefined at the end. One is awaited at a time. */
  next(): Promise<string | undefined>;
  pause(): void;
  resume(): void;
  /** Ends the lines: what is awaited and whatever follows is undefined. */
  close(): void;
}

/** Reads lines as they are wanted; a line may have megabytes. A stream that fails has ended. */
export function linesOf(input: NodeJS.ReadableStream): LineSource {
  const decoder = new StringDecoder('utf8');
  const waiting: string[] = [];
  let taken = 0;
  let parts: string[] = [];
  let isEnded = false;
  let wanted: ((line: string | undefined) => void) | undefined;

  const give = () => {
    if (!wanted || (taken === waiting.length && !isEnded)) return;
    const resolve = wanted;
    wanted = undefined;
    resolve(waiting[taken++]);
    if (taken < MOST_WAITING) return;
    waiting.splice(0, taken);
    taken = 0;
  };
  const feed = (text: string) => {
    const lines = text.split('\n');
    for (const [index, piece] of lines.entries()) {
      parts.push(piece);
      if (index === lines.length - 1) break;
      waiting.push(parts.join('').replace(/\r$/, ''));
      parts = [];
    }
  };
  const onData = (chunk: Buffer | string) => {
    feed(typeof chunk === 'string' ? chunk : decoder.write(chunk));
    if (waiting.length - taken > MOST_WAITING) input.pause();
    give();
  };
  const end = () => {
    if (isEnded) return;
    isEnded = true;
    feed(decoder.end());
    const last = parts.join('').replace(/\r$/, '');
    if (last) waiting.push(last);
    give();
  };
  input.on('data', onData);
  input.on('end', end);
  input.on('close', end);
  input.on('error', end);
  return {
    next: () =>
      new Promise(resolve => {
        wanted = resolve;
        give();
        if (waiting.length - taken <= MOST_WAITING && !isEnded) input.resume();
      }),
    pause: () => void input.pause(),
    resume: () => void input.resume(),
    close: () => {
      parts = [];
      waiting.length = 0;
      taken = 0;
      input.off('data', onData);
      input.pause();
      end();
    },
  };
}
