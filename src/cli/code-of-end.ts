import { Interruption, StatementFailure } from '../compile/evaluate/failure.ts';
import type { Target } from '../target/target.ts';
import type { Source } from '../text/source.ts';
import { codeOfFailure, type ExitCode, exitCode } from './exit-code.ts';
import type { Output } from './output.ts';

/**
 * Shows the failure that ended a script, with how things stand on a target that is still open, and answers with the exit code. What is
 * no failure of the script's is thrown again.
 */
export async function codeOfEnd(
  error: unknown,
  source: Source,
  output: Output,
  target?: Target,
): Promise<ExitCode> {
  if (error instanceof Interruption) return exitCode.interrupted;
  if (!(error instanceof StatementFailure)) throw error;
  if (target) {
    const { tellFailure } = await import('./failure-told.ts');
    await tellFailure(error, source, target, output);
  } else output.findings([error.finding], source);
  return codeOfFailure[error.kind];
}
