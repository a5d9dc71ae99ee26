import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { applyFixes } from '../diagnostics/edits.ts';
import { positionAt, type Source } from '../text/source.ts';
import { planFor } from './checked.ts';
import { UsageError } from './exit-code.ts';
import type { Options } from './options.ts';
import { editRecord, type Output } from './output.ts';
import { type LoadedScript, parseSource } from './script.ts';
import type { Target } from './target.ts';

/** No script has so many mistakes behind each other; a fix that brings its own mistake back ends here. */
const MOST_ROUNDS = 100;

/**
 * Makes the certain fixes of a script, and looks again, since what is behind a mistake is only seen once it is gone.
 * Tells each of them, and answers with the script as it is then.
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
    const { text, applied } = applyFixes(now.source.text, findings);
    if (applied.length === 0 || seen.has(text)) break;
    seen.add(text);
    for (const finding of applied) tell(finding, now.source, output);
    count += applied.length;
    now = parseSource({ name: now.source.name, text });
  }
  if (count > 0) output.say(`${loaded.source.name}: ${count} ${count === 1 ? 'fix' : 'fixes'} made`);
  return now;
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

/** Puts a new text in the place of a file in one step, so that nobody ever sees half of it; its mode stays. */
export function rewriteFile(path: string, text: string): void {
  const file = realpathSync(path);
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  try {
    const { mode } = statSync(file);
    writeFileSync(temporary, text, { flag: 'wx', mode });
    // What the process masks out of a new file's mode the old one may have had.
    chmodSync(temporary, mode);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`);
  }
}
