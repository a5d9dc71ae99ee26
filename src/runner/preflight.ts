import type { Plan } from '../compile/plan.ts';
import { fileExists } from '../diagnostics/catalogue/failures.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Session } from '../qmp/session.ts';
import { fileState } from './file-state.ts';

/**
 * What can be known to fail before the first command is sent, and only QEMU can tell: the files that the plan makes and
 * that are there already. The run asks again, since files come and go.
 */
export async function preflight(plan: Plan, session: Session): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const entry of plan.entries) {
    if (entry.kind !== 'statement' || entry.statement.otherwise || entry.statement.kind === 'expect-error')
      continue;
    for (const { step } of entry.steps) {
      if (step.kind !== 'check' || step.check.kind !== 'file-absent') continue;
      const { filename } = step.check;
      if (typeof filename !== 'string' || (await fileState(session, filename)) !== 'exists') continue;
      findings.push(fileExists(entry.statement.span, filename));
    }
  }
  return findings;
}
