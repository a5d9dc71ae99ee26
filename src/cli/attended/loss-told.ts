import { connectionLost } from '../../diagnostics/catalogue/reality.ts';
import { statementText } from '../../printing/plan-text.ts';
import type { ConnectionLostError } from '../../qmp/errors.ts';
import { AnotherQemu } from '../../recovery/another-qemu.ts';
import type { FateUnknown } from '../../recovery/fate.ts';
import { placeOf as spanOf } from '../../runner/running-world.ts';
import { withoutSecrets } from '../../text/secrets.ts';
import { placeRecord, type Source } from '../../text/source.ts';
import type { Output } from '../output.ts';
import { aftermathOf, aftermathRecord } from './aftermath.ts';
import { linesOf } from './failure-told.ts';
import type { RunThatEnded } from './witness.ts';

/** Tells of the lost connection that ended a run: at which statement, what had no reply, and the jobs that were known. */
export async function tellLoss(
  lost: ConnectionLostError | FateUnknown,
  source: Source,
  { target, witness }: RunThatEnded,
  output: Output,
): Promise<void> {
  const { jobs } = witness;
  const ended = witness.endedBy(lost);
  // Of another QEMU nobody has asked anything.
  const isSame = !(lost instanceof AnotherQemu);
  const left = isSame ? await aftermathOf(target) : [];
  const span = ended && spanOf(ended.statement);
  const finding = connectionLost(
    span,
    lost.message,
    jobs.map(({ target, id, status }) => `${target === undefined ? '' : `@${target} `}${id} (${status})`),
    lost.help,
    isSame,
  );
  const { code, message, notes = [], help = [] } = finding;
  if (output.json)
    output.record({
      record: 'failure',
      ...(ended?.target === undefined ? {} : { target: ended.target }),
      ...(ended && span
        ? { ...placeRecord(source, span.start), statement: statementText(source, ended.statement) }
        : {}),
      kind: 'connection',
      code,
      message,
      'in-flight': lost.inFlight.map(({ command, arguments: args }) => ({
        execute: command,
        arguments: withoutSecrets(args),
      })),
      jobs: jobs.map(job => ({ ...job })),
      notes: [...notes],
      help: [...help],
      left: left.map(aftermathRecord),
    });
  output.findings([finding], source);
  if (output.json) return;
  for (const line of left.flatMap(one => linesOf(one, ''))) output.say(line);
}
