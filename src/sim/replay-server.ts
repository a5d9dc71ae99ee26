import type { Duplex } from 'node:stream';
import { isObject, type Json, type JsonObject, stringifyJson } from '../qmp/json.ts';
import type { Trace } from '../qmp/trace.ts';
import { mayHoldSecret, withoutSecrets } from '../text/secrets.ts';
import { JsonReader } from './json-reader.ts';

type TracedMessage = Trace['records'][number];

/** Where a client did something else than the trace has. */
export interface Deviation {
  /** The line of the trace; missing behind its end. */
  readonly line?: number;
  /** The command of the trace, as compact JSON without its id; missing where it has none any more. */
  readonly expected?: string;
  /** What came instead; missing where the client ended before. */
  readonly came?: string;
}

/**
 * A QMP server that answers from a trace: the same commands in the same order get the same replies and events, each when
 * what precedes it in the trace has happened. Time is not replayed. The first that differs ends the connection.
 */
export class ReplayServer {
  readonly #records: readonly TracedMessage[];
  /** The ids of commands that a client sent, by those of the trace. */
  readonly #ids = new Map<string, Json>();
  #next = 0;
  #isGreeted = false;
  #stream: Duplex | undefined;
  #deviation: Deviation | undefined;

  constructor(records: readonly TracedMessage[]) {
    this.#records = records;
  }

  /** Where the client left the trace, if it did; to be asked once it has ended. */
  get deviation(): Deviation | undefined {
    if (this.#deviation) return this.#deviation;
    const left = this.#records.slice(this.#next).find(({ direction }) => direction === 'send');
    return left && { line: left.line, expected: commandIn(left.message) };
  }

  /** Takes the next client in: a connection of the trace begins with its greeting. */
  accept(stream: Duplex): void {
    this.#stream = stream;
    this.#isGreeted = false;
    const reader = new JsonReader();
    stream.on('error', () => stream.destroy());
    stream.on('data', (chunk: Uint8Array) => {
      for (const incoming of reader.push(chunk))
        this.#hear('message' in incoming && isObject(incoming.message) ? incoming.message : {});
    });
    this.#speak();
  }

  #hear(message: JsonObject): void {
    if (this.#deviation) return;
    const expected = this.#records[this.#next];
    const came = commandIn(message);
    if (!expected || commandIn(expected.message) !== came) {
      this.#deviation = {
        ...(expected ? { line: expected.line, expected: commandIn(expected.message) } : {}),
        came,
      };
      this.#stream?.destroy();
      return;
    }
    this.#ids.set(stringifyJson(expected.message['id'] ?? null), message['id'] ?? null);
    this.#next++;
    this.#speak();
  }

  /** Says what QEMU said until a command came next, or another connection. */
  #speak(): void {
    const said: string[] = [];
    for (;;) {
      const record = this.#records[this.#next];
      if (record?.direction !== 'receive' || ('QMP' in record.message && this.#isGreeted)) break;
      this.#isGreeted = true;
      said.push(`${stringifyJson(this.#withId(record.message))}\r\n`);
      this.#next++;
    }
    if (said.length > 0) this.#stream?.write(said.join(''));
  }

  #withId(message: JsonObject): JsonObject {
    const id = 'id' in message ? this.#ids.get(stringifyJson(message['id'] ?? null)) : undefined;
    return id === undefined ? message : { ...message, id };
  }
}

function commandIn({ id: _, ...command }: JsonObject): string {
  const text = stringifyJson(command);
  return mayHoldSecret(text) ? stringifyJson(withoutSecrets(command)) : text;
}
