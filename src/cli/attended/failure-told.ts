import type { StatementFailure } from '../../compile/evaluate/failure.ts';
import { ExecuteError } from '../../qmp/errors.ts';
import type { Json, JsonObject } from '../../qmp/json.ts';
import { JobFailure, type JobTrouble } from '../../runner/job-trouble.ts';
import type { Target } from '../../target/target.ts';
import { harmless } from '../../text/harmless.ts';
import { withoutSecrets } from '../../text/secrets.ts';
import { placeRecord, type Source } from '../../text/source.ts';
import type { Output } from '../output.ts';
import { type Aftermath, aftermathOf, aftermathRecord, jobInWords } from './aftermath.ts';

/** Tells all that is known of the failure that ended a run: its finding, what QEMU said to what, and how things stand now. */
export async function tellFailure(
  failure: StatementFailure,
  source: Source,
  target: Target,
  output: Output,
): Promise<void> {
  const left = await aftermathOf(target);
  const trouble = causeOf(failure, JobFailure)?.trouble;
  const refusal = causeOf(failure, ExecuteError);
  if (output.json) output.record(failureRecord(failure, source, trouble, refusal, left));
  const again = trouble && errorsInWords(trouble);
  const notes = [...(failure.finding.notes ?? []), ...(again === undefined ? [] : [again])];
  output.findings([{ ...failure.finding, notes }], source);
  if (output.json) return;
  const told = [failure.finding.message, ...notes, ...(failure.finding.help ?? [])].join('\n');
  for (const line of left.flatMap(one => linesOf(one, told))) output.say(line);
}

/** The first cause of a kind: who passes a failure on keeps it as the cause of another. */
function causeOf<T extends Error>(failure: Error, kind: abstract new (...args: never[]) => T): T | undefined {
  for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof kind) return cause;
  }
  return undefined;
}

/** Errors that came more than once: each is told a single time. */
function errorsInWords({ errors }: JobTrouble): string | undefined {
  const several = errors.filter(({ count }) => count > 1);
  if (several.length === 0) return undefined;
  return several.map(({ operation, count }) => `${count} ${operation} errors`).join(', ');
}

/** How a QEMU is left, a line each; `told` is what has been said already. */
export function linesOf({ endpoint, jobs, chains, opened }: Aftermath, told: string): string[] {
  const at = endpoint === undefined ? '' : `@${endpoint} `;
  if (!jobs) return [`now: ${at}QEMU does not answer`];
  const shown = [...chains].slice(0, CHAINS);
  const more = chains.size - shown.length;
  const made = opened.filter(({ node }) => !told.includes(`\`del ${node}\``));
  return [
    ...shown.map(([device, chain]) => `${at}${device}: ${chain}`),
    ...(more > 0 ? [`${at}and ${more} more chains: \`show chain\``] : []),
    ...jobs.map(job => `${at}job ${jobInWords(job)}`),
    ...(jobs.length === 0 ? [`${at}no jobs`] : []),
    ...made.map(
      ({ node, file }) => `${at}open since this run: ${node}${file === undefined ? '' : `, ${file}`}`,
    ),
  ].map(line => `now: ${harmless(line)}`);
}

const CHAINS = 6;

function failureRecord(
  failure: StatementFailure,
  source: Source,
  trouble: JobTrouble | undefined,
  refusal: ExecuteError | undefined,
  left: readonly Aftermath[],
): JsonObject {
  const { code, message, primary, help = [], notes = [] } = failure.finding;
  return {
    record: 'failure',
    ...(primary ? placeRecord(source, primary.span.start) : {}),
    kind: failure.kind,
    code,
    message,
    reason: failure.reason,
    ...(refusal
      ? {
          sent: { execute: refusal.command, arguments: withoutSecrets(refusal.arguments) },
          error: { class: refusal.class, desc: refusal.description },
        }
      : {}),
    ...(trouble ? { job: jobRecord(trouble) } : {}),
    notes: [...notes],
    help: [...help],
    left: left.map(aftermathRecord),
  };
}

function jobRecord({ id, type, status, ioStatus, errors, at }: JobTrouble): JsonObject {
  return {
    id,
    type,
    status,
    ...(ioStatus ? { 'io-status': ioStatus } : {}),
    errors: errors.map(error => ({ ...error })),
    ...(at ? { at: { ...at } as Json } : {}),
  };
}
