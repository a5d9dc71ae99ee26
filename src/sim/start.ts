import type { Duplex } from 'node:stream';
import { afterRestart } from '../compile/evaluate/outside/restart-effect.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Program } from '../qapi/snapshots.ts';
import { virtualClock } from './clock.ts';
import { graphOfDisks, type SimulatedDisk } from './disks.ts';
import { duplexPair } from './duplex-pair.ts';
import { makeMachine } from './machine.ts';
import { SimulatorServer } from './server.ts';
import { Simulator } from './simulator.ts';

export interface SimulationOptions {
  readonly disks?: readonly SimulatedDisk[];
  /** The QEMU to simulate, `7.2` for one; the newest that is known without it. */
  readonly version?: string | undefined;
  readonly program?: Program;
  /** What the virtual clock shows at first, in microseconds since 1970. */
  readonly start?: number;
}

/** A simulated QEMU inside this process, on a clock that costs no time. Nothing of it is on any disk. */
export interface Simulation {
  /** The one that runs now. */
  readonly simulator: Simulator;
  /** Connected to its monitor; its greeting is still to be read. */
  readonly stream: Duplex;
  /** Changes what there is, behind the back of its monitor. */
  amend(change: (graph: BlockGraph) => BlockGraph): void;
  /** Starts anew on the disks of a graph. Answers with the stream of the new monitor. */
  restart(graph: BlockGraph): Duplex;
  stop(): void;
}

/** Starts a simulated QEMU on some disks; throws a SimulatorError where no QEMU can be so. */
export function startSimulation({ disks = [], version, program, start }: SimulationOptions): Simulation {
  const machine = makeMachine(version, program);
  const clock = virtualClock(start ?? Date.now() * 1000);
  const launch = (graph: BlockGraph) => {
    const simulator = new Simulator(machine, graph, clock);
    const server = new SimulatorServer(simulator);
    const [near, far] = duplexPair();
    server.accept(far);
    return { simulator, server, near };
  };
  const first = launch(graphOfDisks(disks, machine.program));
  let now = first;
  const stop = () => {
    now.near.destroy();
    now.server.close();
  };
  return {
    get simulator() {
      return now.simulator;
    },
    stream: first.near,
    amend: change => now.simulator.amend(change),
    restart(graph) {
      stop();
      now = launch(afterRestart(graph));
      return now.near;
    },
    stop,
  };
}
