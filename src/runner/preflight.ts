import { type NewFile, newFilesOf } from '../compile/plan/new-files.ts';
import type { Plan, PlanEntry } from '../compile/plan/plan.ts';
import { fileExists } from '../diagnostics/catalogue/failures.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Session } from '../qmp/session.ts';
import type { Span } from '../text/source.ts';
import { fileState } from './file-state.ts';

/**
 * What can be known to fail, or to be lost, before the first command is sent, and only QEMU can tell: the files that the
 * plan is sure to make and that are there already. The run asks again before each is made, since files come and go. `endpoint` is the one that the session is
 * of, where the script has several.
 */
export async function preflight(plan: Plan, session: Session, endpoint?: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  const seen = new Map<string, boolean>();
  for (const { filename, span, raw } of certainFiles(plan.entries, endpoint)) {
    const isThere = seen.get(filename) ?? (await fileState(session, filename)) === 'exists';
    seen.set(filename, isThere);
    if (isThere) findings.push(fileExists(span, filename, raw));
  }
  return findings;
}

interface Made extends NewFile {
  readonly span: Span;
}

/** The files of every statement that a run comes to, whatever happens, and that nobody is ready to see fail. */
function* certainFiles(entries: readonly PlanEntry[], endpoint: string | undefined): Generator<Made> {
  for (const entry of entries) {
    if (entry.kind !== 'statement' || entry.statement.kind === 'expect-error') continue;
    if (entry.statement.otherwise && entry.statement.kind !== 'if') continue;
    const { span } = entry.statement;
    if (entry.target === endpoint)
      for (const { step } of entry.steps) for (const file of newFilesOf(step)) yield { ...file, span };
    yield* certainFiles(entry.entries, endpoint);
  }
}
