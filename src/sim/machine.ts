import { isRefusal } from '../commands/define.ts';
import { applyCommand } from '../commands/index.ts';
import type { BlockGraph, Refusal } from '../graph/graph.ts';
import { hasEnded } from '../graph/job.ts';
import type { SchemaInfo } from '../qapi/introspection.ts';
import type { Schema } from '../qapi/schema.ts';
import { loadIntrospection, loadSnapshot, type Program, snapshotVersions } from '../qapi/snapshots.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import { argumentFault } from './check-arguments.ts';
import { fitReply } from './fit-reply.ts';
import { holdJobs, isJobVerb, startJobs, tellJob } from './job-verbs.ts';
import { queries } from './queries.ts';
import { SimulatorError } from './simulator-error.ts';
import { compressionFault, injectedFaults, pathFault } from './trouble.ts';
import { type MachineState, nextEnd, type Said, Turn } from './turn.ts';

/** Which QEMU is simulated. */
export interface Machine {
  /** Its whole version, as `11.1.2`. */
  readonly version: string;
  readonly program: Program;
  readonly schema: Schema;
}

export interface Taken {
  readonly state: MachineState;
  readonly said: readonly Said[];
}

/** The QEMU of a version, by default the newest of which there is a schema; throws a SimulatorError where there is none. */
export function makeMachine(version = 'newest', program: Program = 'system'): Machine {
  const schema = loadSnapshot(version, program);
  const whole = snapshotVersions().find(one => version === 'newest' || `${one}.`.startsWith(`${version}.`));
  if (schema && whole) return { version: whole, program, schema };
  throw new SimulatorError(`the simulator knows no QEMU ${version}`, [
    `it knows ${snapshotVersions().join(', ')}`,
  ]);
}

/** A QEMU that has just started on a graph, at a time in microseconds since 1970. */
export function startMachine(graph: BlockGraph, now: number): MachineState {
  return { graph, runs: new Map(), faults: new Map(), now, guest: 'prelaunch', ended: false };
}

/** Carries out one command: what QEMU says, its reply among it, and the state afterwards. Never throws. */
export function execute(machine: Machine, state: MachineState, command: string, args: JsonObject): Taken {
  const turn = new Turn(state);
  turn.settleDue();
  answer(machine, turn, command, args);
  turn.settleDue();
  return { state: turn.state, said: turn.said };
}

/** When the state next changes by itself; undefined: it waits for somebody. */
export function nextMoment({ graph, runs }: MachineState): number | undefined {
  return nextEnd(graph, runs)?.at;
}

/** Lets time go by until `now`, an earlier time than the state's own being no time. */
export function passTime(state: MachineState, now: number): Taken {
  const turn = new Turn(state);
  turn.now = Math.max(state.now, now);
  turn.settleDue();
  return { state: turn.state, said: turn.said };
}

function answer(machine: Machine, turn: Turn, command: string, args: JsonObject): void {
  const { schema } = machine;
  if (!schema.command(command)) {
    turn.refuse(`The command ${command} has not been found`, 'CommandNotFound');
    return;
  }
  const fault = argumentFault(schema, command, args);
  if (fault !== undefined) {
    turn.refuse(fault);
    return;
  }
  const query = Object.hasOwn(queries, command) ? queries[command] : undefined;
  if (query) turn.reply(fitReply(schema, command, query(turn.state, args)));
  else if (Object.hasOwn(OWN, command)) OWN[command]?.(turn, machine);
  else change(turn, command, args);
}

/** Commands about QEMU itself rather than its block graph. */
const OWN: Readonly<Record<string, (turn: Turn, machine: Machine) => void>> = {
  'query-version': (turn, { version }) => turn.reply(versionRecord(version)),
  'query-commands': (turn, { schema }) => turn.reply(schema.commands().map(name => ({ name }))),
  'query-qmp-schema': (turn, machine) => turn.reply(introspection(machine)),
  cont(turn) {
    turn.guest = 'running';
    turn.event('RESUME');
    turn.reply();
  },
  stop(turn) {
    if (turn.guest === 'running') turn.event('STOP');
    if (turn.guest !== 'prelaunch') turn.guest = 'paused';
    holdJobs(turn);
    turn.reply();
  },
  quit(turn, { program }) {
    if (program === 'system') turn.event('SHUTDOWN', { guest: false, reason: 'host-qmp-quit' });
    for (const { kind, id } of turn.graph.attachments) {
      if (kind === 'export') turn.event('BLOCK_EXPORT_DELETED', { id });
    }
    for (const job of [...turn.graph.jobs.values()]) if (!hasEnded(job.status)) turn.cancel(job.id);
    turn.ended = true;
    turn.reply();
  },
};

/** The version as the greeting and query-version tell it; the package names who answers. */
export function versionRecord(version: string): JsonObject {
  const [major = 0, minor = 0, micro = 0] = version.split('.').map(Number);
  return { qemu: { micro, minor, major }, package: 'qblk simulator' };
}

function introspection({ version, program }: Machine): Json {
  return (loadIntrospection(version, program) ?? []) as readonly SchemaInfo[] as unknown as Json;
}

function change(turn: Turn, command: string, args: JsonObject): void {
  const before = turn.graph;
  const outcome = applyCommand(before, command, args, { as: 'qemu' });
  if (outcome === 'unmodelled' || /^(x-debug-)?query-/.test(command)) {
    turn.refuse(`The simulator does not carry out ${command}: it knows the block graph and its jobs alone`);
    return;
  }
  // Opening is the first thing that blockdev-add does; files are made once nothing else stands against it.
  const first = command === 'blockdev-add' || !isRefusal(outcome);
  const fault = pathFault(before, command, args) ?? compressionFault(before, command, args);
  if (first && fault !== undefined) {
    turn.refuse(fault);
  } else if (isRefusal(outcome)) {
    refuse(turn, outcome);
  } else if (isJobVerb(command)) {
    tellJob(turn, command, args, outcome);
  } else {
    turn.graph = outcome;
    noteFault(turn, command, args);
    for (const { kind, id } of before.attachments) {
      const isGone = !outcome.attachments.some(item => item.kind === kind && item.id === id);
      if (kind === 'export' && isGone) turn.event('BLOCK_EXPORT_DELETED', { id });
    }
    startJobs(
      turn,
      [...outcome.jobs.values()].filter(job => !before.jobs.has(job.id)),
      args,
    );
  }
}

function noteFault(turn: Turn, command: string, args: JsonObject): void {
  if (command !== 'blockdev-add') return;
  const faults = injectedFaults(args);
  const name = args['node-name'];
  if (typeof name !== 'string' || Object.keys(faults).length === 0) return;
  turn.faults = new Map(turn.faults).set(name, faults);
}

function refuse(turn: Turn, { qemu, message }: Refusal): void {
  turn.refuse(qemu?.desc ?? message, qemu?.class);
}
