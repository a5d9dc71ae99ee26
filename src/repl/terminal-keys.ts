import { emitKeypressEvents } from 'node:readline';
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { type Key, type Keypress, keyOf, pasteKey } from './editing/key.ts';
import { PasteSplitter } from './editing/paste-splitter.ts';

/** What keys come from: `process.stdin`, of a terminal. */
export type TerminalInput = NodeJS.ReadableStream & { setRawMode?(raw: boolean): unknown };

// An escape is a key of its own unless more comes at once; the two waits together stay below what a person notices.
const BRACKET_MS = 10;
const ESCAPE_MS = 25;

/** Calls `onKey` for each key, in order, and `onEnd` once when no more can come. Returns the way to stop. */
export function readKeys(input: TerminalInput, onKey: (key: Key) => void, onEnd: () => void): () => void {
  const decoder = new StringDecoder('utf8');
  const splitter = new PasteSplitter();
  // Node.js parses what is emitted here, at once: pasted texts, which go past it, keep their place among the keys.
  const parsed = new Readable({ read() {} });
  emitKeypressEvents(parsed, { escapeCodeTimeout: ESCAPE_MS } as never);
  parsed.on('keypress', (typed: string | undefined, press: Keypress) => onKey(keyOf(typed, press)));
  let timer: NodeJS.Timeout | undefined;
  const pass = (pieces: ReturnType<PasteSplitter['feed']>) => {
    for (const piece of pieces) {
      if ('keys' in piece) parsed.emit('data', piece.keys);
      else onKey(pasteKey(piece.pasted));
    }
  };
  const onData = (chunk: Buffer | string) => {
    clearTimeout(timer);
    pass(splitter.feed(typeof chunk === 'string' ? chunk : decoder.write(chunk)));
    if (splitter.holds) timer = setTimeout(() => pass(splitter.flush()), BRACKET_MS);
  };
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    onEnd();
  };
  input.on('data', onData);
  input.on('end', end);
  input.on('close', end);
  input.on('error', end);
  return () => {
    ended = true;
    clearTimeout(timer);
    parsed.removeAllListeners();
    input.off('data', onData);
    input.off('end', end);
    input.off('close', end);
    input.pause();
  };
}
