import {
  accessSync,
  chmodSync,
  constants,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { applyFixes } from '../diagnostics/edits.ts';
import { type LoadedScript, loadSource } from '../target/load-script.ts';
import type { Target } from '../target/target.ts';
import { UsageError } from '../target/usage-error.ts';
import { fileAt, positionAt, type Source } from '../text/source.ts';
import { planFor } from './checked.ts';
import type { Options } from './options.ts';
import { editRecord, type Output } from './output.ts';

/** No script has so many mistakes behind each other; a fix that brings its own mistake back ends here. */
const MOST_ROUNDS = 100;

/**
 * Makes the certain fixes of a script, and looks again, since what is behind a mistake is only seen once it is gone.
 * Tells each of them, and answers with the script as it is then. The files that it uses stay as they are: what is wrong in one
 * of them is fixed where that one is named.
 */
export async function fixScript(
  loaded: LoadedScript,
  target: Target,
  options: Options,
  output: Output,
): Promise<LoadedScript> {
  const seen = new Set([loaded.source.text]);
  let now = loaded;
  let count = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { findings } = await planFor(now, target, options, false, new Date());
    const own = findings.filter(finding => isOwn(finding, now.source));
    const { text, applied } = applyFixes(now.source.text, own);
    if (applied.length === 0 || seen.has(text)) break;
    seen.add(text);
    for (const finding of applied) tell(finding, now.source, output);
    count += applied.length;
    now = loadSource({ name: now.source.name, text });
  }
  if (count > 0) output.say(`${loaded.source.name}: ${count} ${count === 1 ? 'fix' : 'fixes'} made`);
  return now;
}

/** Whether all of a finding's fix is in the script itself. */
function isOwn({ fix = [] }: Finding, source: Source): boolean {
  return fix.every(({ span }) => fileAt(source, span.start).file === source);
}

function tell(finding: Finding, source: Source, output: Output): void {
  const { fix = [], code, message } = finding;
  const { line, column } = positionAt(source, finding.primary?.span.start ?? 0);
  if (output.json) {
    const edits = fix.map(edit => editRecord(edit, source));
    output.record({ record: 'fix', file: source.name, line, column, code, message, edits });
  } else {
    output.say(`${source.name}:${line}:${column}: fixed ${code}: ${message}`);
  }
}

/**
 * Puts a new text in the place of a file in one step, so that nobody ever sees half of it; its mode stays. A file with several
 * names is written where it is, so that they stay the names of one file.
 */
export function rewriteFile(path: string, text: string): void {
  const file = realpathSync(path);
  checkWritable(path);
  const { mode, nlink } = statSync(file);
  if (nlink > 1) {
    whileWriting(path, () => writeFileSync(file, text));
    return;
  }
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  whileWriting(
    path,
    () => {
      writeFileSync(temporary, text, { flag: 'wx', mode });
      // What the process masks out of a new file's mode the old one may have had.
      chmodSync(temporary, mode);
      renameSync(temporary, file);
    },
    temporary,
  );
}

function whileWriting(path: string, write: () => void, temporary?: string): void {
  try {
    write();
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`);
  }
}

/** Refuses, with a UsageError, what `--fix` can't replace the text of: a pipe, a device. Looks at it without opening it. */
export function checkRewritable(path: string): void {
  let found: Stats;
  try {
    found = statSync(path);
  } catch {
    // Who reads it tells why that can't be.
    return;
  }
  if (found.isFile() || found.isDirectory()) return;
  throw new UsageError(`cannot fix ${path}: it is not a regular file`, [
    'give the script on standard input, and take the fixed one from stdout: qblk check --fix - < FILE',
  ]);
}

function checkWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch {
    throw new UsageError(`cannot change ${path}: you may not write to it`, [
      'make it writable first, as with chmod u+w',
    ]);
  }
}
