import type { BlockGraph } from '../graph/graph.ts';
import type { JsonObject } from '../qmp/json.ts';
import type { Clock } from './clock.ts';
import { execute, type Machine, nextMoment, passTime, startMachine, type Taken } from './machine.ts';
import type { MachineState, Said } from './turn.ts';

/** A simulated QEMU that goes on by itself while somebody listens. */
export class Simulator {
  readonly machine: Machine;
  readonly #clock: Clock;
  #state: MachineState;
  #listener: ((said: readonly Said[]) => void) | undefined;
  #callOff: (() => void) | undefined;

  constructor(machine: Machine, graph: BlockGraph, clock: Clock) {
    this.machine = machine;
    this.#clock = clock;
    this.#state = startMachine(graph, clock.now());
  }

  get ended(): boolean {
    return this.#state.ended;
  }

  get graph(): BlockGraph {
    return this.#state.graph;
  }

  /** Calls `listener` with what is said between commands; without one it goes unheard, and things happen all the same. */
  listen(listener: ((said: readonly Said[]) => void) | undefined): void {
    this.#listener = listener;
  }

  /** Carries out a command now. What was due before it is said before its reply. */
  execute(command: string, args: JsonObject): readonly Said[] {
    const before = this.#take(passTime(this.#state, this.#clock.now()));
    const said = this.#take(execute(this.machine, this.#state, command, args));
    return before.length > 0 ? [...before, ...said] : said;
  }

  /** Changes what there is, behind the back of its clients. */
  amend(change: (graph: BlockGraph) => BlockGraph): void {
    this.#state = { ...this.#state, graph: change(this.#state.graph) };
  }

  /** Lets nothing more happen. */
  stop(): void {
    this.#callOff?.();
  }

  #take({ state, said }: Taken): readonly Said[] {
    this.#state = state;
    this.#callOff?.();
    const moment = nextMoment(state);
    this.#callOff = moment === undefined ? undefined : this.#clock.at(moment, () => this.#goOn());
    return said;
  }

  #goOn(): void {
    const said = this.#take(passTime(this.#state, this.#clock.now()));
    if (said.length > 0) this.#listener?.(said);
  }
}
