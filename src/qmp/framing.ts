import { ProtocolError } from './errors.ts';
import { isObject, type Json, type JsonObject, parseJson } from './json.ts';

const NEWLINE = 0x0a;
// One serves all: whole lines need no state, and each costs kilobytes.
const DECODER = new TextDecoder();
const LONGEST_MESSAGE = 256 * 1024 * 1024;

/**
 * Turns the bytes of a QMP connection into its messages, however the bytes were split on their way. A message ends with
 * its line, or, from a server with `pretty=on`, with the line that closes its last brace. Takes linear time.
 */
export class MessageReader {
  readonly #deliver: (message: JsonObject, text: string) => void;
  /** Bytes since the last newline, undecoded: a newline is never inside a UTF-8 sequence, any other cut may be. */
  #tail: Uint8Array[] = [];
  /** The lines so far of a message that goes over several. */
  #lines: string[] = [];
  #depth = 0;
  /** About how many bytes the unfinished message has: whole chunks are counted. */
  #size = 0;

  constructor(deliver: (message: JsonObject, text: string) => void) {
    this.#deliver = deliver;
  }

  /** Whether the bytes so far end inside a message. */
  get unfinished(): boolean {
    return this.#tail.length > 0 || this.#lines.length > 0;
  }

  /** Delivers every message that `chunk` completes, before it returns. Throws a ProtocolError at what is not QMP. */
  push(chunk: Uint8Array): void {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const whole = chunk.subarray(0, end);
      const text = DECODER.decode(this.#tail.length === 0 ? whole : joined(this.#tail, whole));
      this.#tail = [];
      this.#readLines(text);
    }
    if (end < chunk.length) {
      const rest = chunk.subarray(end);
      if (!this.unfinished) refuseUnlessObject(rest);
      this.#tail.push(rest);
    }
    this.#size = this.unfinished ? this.#size + chunk.length : 0;
    if (this.#size > LONGEST_MESSAGE) throw new ProtocolError('a message of more than 256 MiB is not QMP');
  }

  #readLines(text: string): void {
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start);
      const line = text.slice(start, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
      start = end + 1;
      if (this.#depth > 0) this.#continue(line);
      else if (line.trim() !== '') this.#begin(line);
    }
  }

  #begin(line: string): void {
    if (line.endsWith('}')) {
      const message = parsed(line);
      if (message !== undefined) {
        if (!isObject(message)) throw notQmp(line);
        this.#deliver(message, line);
        return;
      }
    }
    if (!line.trimStart().startsWith('{')) throw notQmp(line);
    this.#continue(line);
  }

  #continue(line: string): void {
    this.#lines.push(line);
    this.#depth += depthChange(line);
    if (this.#depth > 0) return;
    const text = this.#lines.join('\n');
    this.#lines = [];
    const message = this.#depth === 0 ? parsed(text) : undefined;
    if (!isObject(message)) throw notQmp(text);
    this.#deliver(message, text);
  }
}

function joined(parts: readonly Uint8Array[], last: Uint8Array): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, last.length));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  whole.set(last, at);
  return whole;
}

function parsed(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** How much deeper in braces and brackets a line ends than it begins. JSON strings never go over a line's end. */
function depthChange(line: string): number {
  let depth = 0;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) depth--;
    else if (code === 0x22) at = endOfString(line, at);
  }
  return depth;
}

function endOfString(line: string, start: number): number {
  for (let at = start + 1; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) return at;
  }
  throw notQmp(line);
}

/** A peer that is no monitor need never send a newline, so its first byte already tells. */
function refuseUnlessObject(bytes: Uint8Array): void {
  const first = bytes.find(byte => byte > 0x20);
  if (first !== undefined && first !== 0x7b) throw notQmp(new TextDecoder().decode(bytes.subarray(0, 200)));
}

function notQmp(text: string): ProtocolError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new ProtocolError(`what came is not QMP: ${JSON.stringify(shown)}`);
}
