import type { HostRules } from '../../compile/evaluate/outside/host-rules.ts';
import { carryOut, type QemuAtHand } from '../../durable/carry-out.ts';
import { DurableError } from '../../durable/durable-error.ts';
import type { Choice } from '../../durable/durable-run.ts';
import type { Head } from '../../durable/journal-lines.ts';
import { listRuns } from '../../durable/list-runs.ts';
import { lockRun } from '../../durable/pid-lock.ts';
import { findAgain, type TakenUp, takeUp } from '../../durable/resume-run.ts';
import { openSession } from '../../qmp/session.ts';
import { allowedBy } from '../../target/allowed.ts';
import { liveTarget } from '../../target/live-target.ts';
import { loadSource } from '../../target/load-script.ts';
import { UsageError } from '../../target/usage-error.ts';
import { connect } from '../../transport/transports.ts';
import { codeOfEnd } from '../code-of-end.ts';
import { patienceOf } from '../durable.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { interruptSignal } from '../interrupt.ts';
import { jsonReporter } from '../json-reporter.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { textReporter } from '../text-reporter.ts';

/** `qblk resume`: goes on with a durable run, on the QEMUs and with the script of its journal. */
export async function resume(options: Options, output: Output): Promise<ExitCode> {
  const id = await runToResume(options);
  const unlock = lockRun(id);
  const taken = takeUp(id, choiceOf(options));
  const { head, intents } = taken.past;
  const interrupt = interruptSignal();
  const qemus: QemuAtHand[] = [];
  let ended: ExitCode = exitCode.done;
  try {
    enter(head.folder);
    const loaded = loadSource(head.source);
    for (const qemu of head.qemus) qemus.push(await openAgain(qemu, taken));
    const graphs = new Map(qemus.map(({ name, graph }) => [name, graph]));
    output.say(`run ${id} goes on behind ${intents.size} ${intents.size === 1 ? 'step' : 'steps'}`);
    await carryOut(loaded.script, {
      ...{ head, qemus, run: taken.run, verdicts: taken.verdicts, signal: interrupt.signal },
      host: qemus[0]?.surroundings.rules ?? allowedAgain(head),
      reporter: output.json
        ? jsonReporter(loaded.source, output)
        : textReporter(loaded.source, output, graphs),
      say: text => output.say(text),
      patience: patienceOf(options),
    });
  } catch (error) {
    ended = await codeOfEnd(error, head.source, output);
  } finally {
    interrupt.stop();
    for (const { session } of qemus) session.destroy();
    unlock();
  }
  if (output.json) output.record({ record: 'end', code: ended });
  return ended;
}

/** Relative names mean what they meant when the run began. */
function enter(folder: string): void {
  try {
    process.chdir(folder);
  } catch (error) {
    throw new DurableError('journal', `the run began in ${folder}: ${(error as Error).message}`, [
      'relative names of the script begin there: make it again',
    ]);
  }
}

async function openAgain(
  qemu: TakenUp['past']['head']['qemus'][number],
  taken: TakenUp,
): Promise<QemuAtHand> {
  const { name, address } = qemu;
  const label = name === undefined ? address : `@${name}, ${address}`;
  const session = await openSession(await connect(address), { address: label });
  try {
    await findAgain(session, qemu, taken);
    const allowed = allowedAgain(taken.past.head);
    const { schema, live } = await liveTarget(Promise.resolve(session), undefined, { allowed, address });
    return { ...qemu, session, schema, graph: live.graph, surroundings: live.surroundings };
  } catch (error) {
    session.destroy();
    throw error;
  }
}

/** What the run was allowed when it began. */
function allowedAgain({ allowed: { exec, raw, paths, libvirt } }: Head): HostRules {
  return allowedBy({
    allowExec: new Set(exec),
    allowRaw: new Set(raw),
    allowPath: paths,
    flags: new Set(libvirt ? ['allow-libvirt'] : []),
  });
}

function choiceOf({ flags }: Options): Choice | undefined {
  if (flags.has('redo-step') && flags.has('skip-step'))
    throw new UsageError('--redo-step and --skip-step exclude each other');
  if (flags.has('redo-step')) return 'redo';
  return flags.has('skip-step') ? 'skip' : undefined;
}

/** The run that the command line names; without a name the only one that has broken off. */
async function runToResume({ words }: Options): Promise<string> {
  const [named, extra] = words;
  if (extra !== undefined) throw new UsageError('`qblk resume` takes one run', ['qblk resume RUN']);
  if (named !== undefined) return named;
  const open = (await listRuns()).filter(({ state }) => state === 'interrupted' || state === 'no QEMU');
  const [only, other] = open;
  if (!only) throw new DurableError('journal', 'there is no run to go on with', ['all of them: qblk runs']);
  if (!other) return only.run;
  throw new UsageError(
    `there are ${open.length} runs to go on with: ${open.map(({ run }) => run).join(', ')}`,
    ['name one: qblk resume RUN', 'what they are: qblk runs'],
  );
}
