import { closeSync, fdatasyncSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { journalNotMade, journalNotWritten } from '../diagnostics/catalogue/durable-runs.ts';
import type { Json } from '../qmp/json.ts';
import { stringifyJson } from '../qmp/json.ts';
import { DurableError } from './durable-error.ts';
import type { Head, Line } from './journal-lines.ts';
import { seal } from './journal-seal.ts';
import type { EndOfJournal } from './read-journal.ts';

/** How many characters may wait to be written. */
const WAITING = 65_536;

/**
 * The file of a run, written at its end only. What was asked waits in memory until something is about to be sent; a crash loses
 * no more than questions that can be asked again. Throws a DurableError where the file can't be written: nothing must be sent then.
 */
export class Journal {
  readonly file: string;
  readonly #descriptor: number;
  /** Of the last line. */
  #sum: string;
  #waiting = '';
  #broken: DurableError | undefined;

  private constructor(file: string, descriptor: number, sum: string) {
    this.file = file;
    this.#descriptor = descriptor;
    this.#sum = sum;
  }

  /** A new file that only its owner can read. It has its name once its first line is whole. */
  static create(file: string, head: Head): Journal {
    const unfinished = `${file}.new`;
    try {
      const journal = new Journal(file, openSync(unfinished, 'ax', 0o600), '');
      journal.secure(head);
      renameSync(unfinished, file);
      return journal;
    } catch (error) {
      rmSync(unfinished, { force: true });
      const why = error instanceof DurableError ? error.cause : error;
      throw new DurableError('journal', journalNotMade(file, (why as Error).message));
    }
  }

  /** Goes on behind the last whole line: what a crash has left behind it is none. */
  static reopen(file: string, { length, isBroken, sum }: EndOfJournal): Journal {
    return orNotWritten(file, () => {
      const descriptor = openSync(file, 'a', 0o600);
      ftruncateSync(descriptor, length);
      const journal = new Journal(file, descriptor, sum);
      if (!isBroken) journal.#waiting = '\n';
      return journal;
    });
  }

  /** Adds a line that may be lost as long as nothing is sent. */
  note(line: Line): void {
    const sealed = seal(stringifyJson(line as unknown as Json), this.#sum);
    this.#sum = sealed.sum;
    this.#waiting += `${sealed.line}\n`;
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
      orNotWritten(this.file, write);
    } catch (error) {
      this.#broken = error as DurableError;
      throw error;
    }
  }
}

function orNotWritten<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof DurableError) throw error;
    throw new DurableError('journal', journalNotWritten(file, (error as Error).message), { cause: error });
  }
}
