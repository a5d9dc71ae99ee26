import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterHostProgram } from '../compile/evaluate/outside/host-effects.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Surroundings } from '../runner/surroundings.ts';
import type { Sandbox } from '../sandbox/start.ts';
import type { Simulation } from '../sim/start.ts';
import type { Wish } from './wish.ts';

/** What there is around a sandbox, and how it starts again. */
export interface SandboxSurroundings extends Omit<Surroundings, 'restart'> {
  /**
   * Starts on the chains of a graph, once `quit` has ended what runs. Answers with the stream of the new monitor, its greeting
   * unread. Throws before `quit` is called where that graph can't be started on.
   */
  again(graph: BlockGraph, quit: () => Promise<void>): Promise<Duplex>;
}

/** The surroundings of a sandbox with a real QEMU; `replace` is told of the one that takes its place. */
export function aroundSandbox(
  first: Sandbox,
  { allowExec }: Wish,
  folder: string,
  replace: (sandbox: Sandbox) => void,
): SandboxSurroundings {
  let now = first;
  return {
    rules: { place: 'sandbox', allowed: allowExec },
    folder,
    qemuFolder: first.directory,
    tools: dirname(first.engine.qemuImg),
    async again(graph, quit) {
      const { disksNow } = await import('../sandbox/disks-now.ts');
      const { startAgain } = await import('../sandbox/restart.ts');
      const disks = disksNow(graph);
      await quit();
      await now.exited;
      now = await startAgain(now, disks);
      replace(now);
      return now.stream;
    },
  };
}

/** The surroundings of the simulator, which has files and nothing in them. */
export function aroundSimulation(simulation: Simulation, { allowExec }: Wish): SandboxSurroundings {
  return {
    rules: { place: 'simulator', allowed: allowExec },
    folder: '.',
    qemuFolder: '.',
    pretend(step) {
      if (step.kind !== 'host') return;
      simulation.amend(graph => {
        const after = afterHostProgram(graph, step);
        return 'refused' in after ? graph : after;
      });
    },
    async again(_graph, quit) {
      const before = simulation.simulator.graph;
      await quit();
      return simulation.restart(before);
    },
  };
}
