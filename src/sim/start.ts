import type { Duplex } from 'node:stream';
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
  readonly simulator: Simulator;
  /** Connected to its monitor; its greeting is still to be read. */
  readonly stream: Duplex;
  stop(): void;
}

/** Starts a simulated QEMU on some disks; throws a SimulatorError where no QEMU can be so. */
export function startSimulation({ disks = [], version, program, start }: SimulationOptions): Simulation {
  const machine = makeMachine(version, program);
  const clock = virtualClock(start ?? Date.now() * 1000);
  const simulator = new Simulator(machine, graphOfDisks(disks, machine.program), clock);
  const server = new SimulatorServer(simulator);
  const [near, far] = duplexPair();
  server.accept(far);
  return {
    simulator,
    stream: near,
    stop() {
      near.destroy();
      server.close();
    },
  };
}
