import {
  allUnderWay,
  folderOfRunGone,
  noRunToResume,
  severalRuns,
} from '../../diagnostics/catalogue/durable-runs.ts';
import { carryOut } from '../../durable/carry-out.ts';
import { DurableError } from '../../durable/durable-error.ts';
import type { Choice } from '../../durable/durable-run.ts';
import type { Head } from '../../durable/journal-lines.ts';
import { lastLooks } from '../../durable/last-looks.ts';
import { type ListedRun, listRuns } from '../../durable/list-runs.ts';
import { lockRun } from '../../durable/pid-lock.ts';
import { findAgain, type TakenUp, takeUp } from '../../durable/resume-run.ts';
import type { LastingTarget } from '../../recovery/lasting-target.ts';
import { type Named, openAll } from '../../target/endpoints.ts';
import { hostRulesOf } from '../../target/host-rules.ts';
import { loadSource } from '../../target/load-script.ts';
import { monitorTarget } from '../../target/monitor-target.ts';
import type { Target } from '../../target/target.ts';
import { UsageError } from '../../target/usage-error.ts';
import type { Wish } from '../../target/wish.ts';
import { attendRun } from '../attended/attended-run.ts';
import { codeOfEnd } from '../attended/code-of-end.ts';
import { qemusAtHand } from '../durable.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { reconnecting } from '../reconnect.ts';

/** `qblk resume`: goes on with a durable run, on the QEMUs and with the script of its journal. */
export async function resume(options: Options, output: Output): Promise<ExitCode> {
  const id = await runToResume(options);
  const unlock = lockRun(id);
  try {
    const taken = takeUp(id, choiceOf(options));
    const { head } = taken.past;
    enter(head.folder);
    const target = await targetOf(taken, options, output);
    try {
      return await goOn(id, taken, await reconnecting(target, options, output), options, output);
    } finally {
      await target.close();
    }
  } finally {
    unlock();
  }
}

async function goOn(
  id: string,
  { past, run, verdicts }: TakenUp,
  lasting: LastingTarget,
  options: Options,
  output: Output,
): Promise<ExitCode> {
  const { target, sessions, wrap } = lasting;
  const { head, intents } = past;
  const loaded = loadSource(head.source);
  const places = new Map(head.qemus.map(qemu => [qemu.name, qemu]));
  const qemus = qemusAtHand(lasting, name => places.get(name)?.address ?? '').map(qemu => ({
    ...qemu,
    marked: places.get(qemu.name)?.marked ?? false,
  }));
  output.say(`run ${id} goes on behind ${intents.size} ${intents.size === 1 ? 'step' : 'steps'}`);
  const attended = attendRun({
    ...{ target, source: loaded.source, options, output },
    goesOnLater: true,
    earlier: lastLooks(past),
  });
  for (const session of sessions.values()) session.use({ signal: attended.signal });
  let ended: ExitCode = exitCode.done;
  try {
    await carryOut(loaded.script, {
      ...{ head, qemus, run, verdicts, wrap },
      host: hostRulesOf(target),
      reporter: attended.reporter,
      signal: attended.signal,
      say: text => output.say(text),
    });
  } catch (error) {
    ended = await codeOfEnd(error, head.source, output, { target, witness: attended.witness });
    if (ended === exitCode.interrupted) await attended.tellWhatIsLeft();
  } finally {
    attended.stop();
  }
  if (output.json) output.record({ record: 'end', code: ended });
  return ended;
}

/** Relative names mean what they meant when the run began. */
function enter(folder: string): void {
  try {
    process.chdir(folder);
  } catch (error) {
    throw new DurableError('journal', folderOfRunGone(folder, (error as Error).message));
  }
}

/** Connects to the QEMUs of a run, and sees to their jobs before anything else is asked. */
async function targetOf(taken: TakenUp, { tracer }: Options, output: Output): Promise<Target> {
  const { head } = taken.past;
  const wish = { ...wishAgain(head), ...(tracer ? { tracer } : {}) };
  const open = (qemu: Head['qemus'][number]) =>
    monitorTarget(qemu.address, wish, output, {
      name: qemu.name,
      first: session => findAgain(session, qemu, taken),
    });
  const [only] = head.qemus;
  if (only && only.name === undefined) return { ...(await open(only)), devices: new Map() };
  const opening = head.qemus.map(async (qemu): Promise<Named> => [qemu.name ?? '', await open(qemu)]);
  const several = await openAll(opening, new Map());
  const [first] = several.endpoints.values();
  if (!first) throw new Error('a run has a QEMU');
  return { ...several, schema: first.schema };
}

/** What the run was allowed when it began. */
function wishAgain({ allowed: { exec, raw, paths, libvirt } }: Head): Omit<Wish, 'parameters'> {
  return {
    allowExec: new Set(exec),
    allowRaw: new Set(raw),
    allowPath: paths,
    flags: new Set(libvirt ? ['allow-libvirt'] : []),
  };
}

function choiceOf({ flags }: Options): Choice | undefined {
  if (flags.has('redo-step') && flags.has('skip-step'))
    throw new UsageError('--redo-step and --skip-step exclude each other');
  if (flags.has('redo-step')) return 'redo';
  return flags.has('skip-step') ? 'skip' : undefined;
}

/** What became of their QEMUs a resume tells in full. */
const UNFINISHED: ReadonlySet<ListedRun['state']> = new Set([
  'interrupted',
  'another run',
  'another QEMU',
  'no QEMU',
  'no answer',
]);

/** The run that the command line names; without a name the only one that has broken off. */
async function runToResume({ words }: Options): Promise<string> {
  const [named, extra] = words;
  if (extra !== undefined) throw new UsageError('`qblk resume` takes one run', ['qblk resume RUN']);
  if (named !== undefined) return named;
  const all = await listRuns();
  const unfinished = all.filter(({ state }) => UNFINISHED.has(state));
  // Of a damaged one there is only to tell what is wrong with it.
  const open = unfinished.length > 0 ? unfinished : all.filter(({ state }) => state === 'damaged');
  const [only, other] = open;
  if (!only) {
    const running = all.flatMap(({ run, pid }) => (pid === undefined ? [] : [{ run, pid }]));
    if (running.length > 0) throw new DurableError('locked', allUnderWay(running));
    throw new DurableError('journal', noRunToResume());
  }
  if (!other) return only.run;
  throw new DurableError('usage', severalRuns(open.map(({ run }) => run)));
}
