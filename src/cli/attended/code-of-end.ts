import { Interruption, StatementFailure } from '../../compile/evaluate/failure.ts';
import { ConnectionLostError } from '../../qmp/errors.ts';
import { FateUnknown } from '../../recovery/fate.ts';
import type { Source } from '../../text/source.ts';
import { codeOfFailure, type ExitCode, exitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';
import type { RunThatEnded } from './witness.ts';

/**
 * Shows the failure that ended a script, with how things stand on a target that is still open, and answers with the exit code. So it does
 * with the loss of a connection, where the run is known; what else is no failure of the script's is thrown again.
 */
export async function codeOfEnd(
  error: unknown,
  source: Source,
  output: Output,
  run?: RunThatEnded,
): Promise<ExitCode> {
  if (error instanceof Interruption) return exitCode.interrupted;
  if ((error instanceof ConnectionLostError || error instanceof FateUnknown) && run) {
    const { tellLoss } = await import('./loss-told.ts');
    await tellLoss(error, source, run, output);
    return exitCode.connection;
  }
  if (!(error instanceof StatementFailure)) throw error;
  if (run) {
    const { tellFailure } = await import('./failure-told.ts');
    await tellFailure(error, source, run.target, output);
  } else output.findings([error.finding], source);
  return codeOfFailure[error.kind];
}
