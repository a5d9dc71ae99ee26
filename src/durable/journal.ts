import { closeSync, fdatasyncSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Json } from '../qmp/json.ts';
import { stringifyJson } from '../qmp/json.ts';
import { DurableError } from './durable-error.ts';
import type { Head, Line } from './journal-lines.ts';

/** How many characters may wait to be written. */
const WAITING = 65_536;

/**
 * The file of a run, written at its end only. What was asked waits in memory until something is about to be sent; a crash loses
 * no more than questions that can be asked again. Throws a DurableError where the file can't be written: nothing must be sent then.
 */
export class Journal {
  readonly file: string;
  readonly #descriptor: number;
  #waiting = '';
  #broken: DurableError | undefined;

  private constructor(file: string, descriptor: number) {
    this.file = file;
    this.#descriptor = descriptor;
  }

  /** A new file that only its owner can read. It has its name once its first line is whole. */
  static create(file: string, head: Head): Journal {
    const unfinished = `${file}.new`;
    const journal = new Journal(file, openSync(unfinished, 'ax', 0o600));
    journal.secure(head);
    renameSync(unfinished, file);
    return journal;
  }

  /** Goes on behind the first `length` bytes: what a crash has left behind them is no whole line. */
  static reopen(file: string, length: number): Journal {
    const descriptor = openSync(file, 'a', 0o600);
    ftruncateSync(descriptor, length);
    return new Journal(file, descriptor);
  }

  /** Adds a line that may be lost as long as nothing is sent. */
  note(line: Line): void {
    this.#waiting += `${stringifyJson(line as unknown as Json)}\n`;
    if (this.#waiting.length > WAITING) this.#write();
  }

  /** Adds a line that outlives this program. */
  keep(line: Line): void {
    this.note(line);
    this.#write();
  }

  /** Adds a line that outlives this machine, and all lines before it. */
  secure(line: Line): void {
    this.keep(line);
    this.#attempt(() => fdatasyncSync(this.#descriptor));
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write(): void {
    let bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    this.#attempt(() => {
      while (bytes.length > 0) bytes = bytes.subarray(writeSync(this.#descriptor, bytes));
    });
  }

  /** After a failure the end of the file may be half a line, so nothing is added any more. */
  #attempt(write: () => void): void {
    if (this.#broken) throw this.#broken;
    try {
      write();
    } catch (error) {
      this.#broken = new DurableError(
        'journal',
        `the journal ${this.file} can't be written: ${(error as Error).message}; nothing more was sent`,
        ['make room for it, then go on: qblk resume'],
      );
      throw this.#broken;
    }
  }
}
