import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import { isObject, parseJson, stringifyJson } from '../qmp/json.ts';
import { readGreeting } from '../qmp/message.ts';
import type { SessionOptions } from '../qmp/session.ts';
import { onOneLine, writeTraceHeader, writeTraceRecord } from '../qmp/trace.ts';
import { programVersion } from '../text/program-version.ts';
import { mayHoldSecret, withoutSecrets } from '../text/secrets.ts';
import { UsageError } from './usage-error.ts';

/** A file that every message on the wire goes to. */
export interface Tracer {
  /** When it began; what `$now` stands for in what is traced. */
  readonly started: Date;
  /** What a session is to be told of its messages; `name` is its endpoint's. */
  hook(isSandbox: boolean, name?: string): NonNullable<SessionOptions['trace']>;
  close(): void;
}

/**
 * Opens the file, which only its owner can read then; one that is there is written anew. Each message is handed to the system before
 * anybody acts on it, so a program that is killed leaves them all. Secrets are not in it.
 */
export function openTrace(file: string): Tracer {
  const started = new Date();
  const descriptor = opened(file);
  let isBegun = false;
  let isClosed = false;
  const begin = (sandbox: boolean, qemu: string | undefined) => {
    if (isBegun) return;
    isBegun = true;
    const header = { qblk: programVersion, started: started.toISOString(), sandbox };
    writeSync(descriptor, `${writeTraceHeader(qemu === undefined ? header : { ...header, qemu })}\n`);
  };
  return {
    started,
    hook: (isSandbox, target) => (direction, said, time) => {
      if (isClosed) return;
      const text = harmlessText(onOneLine(said));
      if (!isBegun) begin(isSandbox, versionIn(text));
      const record = { time, direction, text, ...(target === undefined ? {} : { target }) };
      writeSync(descriptor, `${writeTraceRecord(record)}\n`);
    },
    close() {
      if (isClosed) return;
      begin(false, undefined);
      isClosed = true;
      closeSync(descriptor);
    },
  };
}

function opened(file: string): number {
  try {
    const descriptor = openSync(file, 'w', 0o600);
    fchmodSync(descriptor, 0o600);
    return descriptor;
  } catch (error) {
    throw new UsageError(`cannot write the trace ${file}: ${(error as Error).message}`);
  }
}

function harmlessText(text: string): string {
  return mayHoldSecret(text) ? stringifyJson(withoutSecrets(parseJson(text))) : text;
}

function versionIn(text: string): string | undefined {
  const message = parseJson(text);
  const greeting = isObject(message) ? readGreeting(message) : undefined;
  return greeting && Object.values(greeting.version).join('.');
}
