import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/qmp/json.ts';
import { openSession, type Session } from '../../src/qmp/session.ts';
import type { SandboxChain } from '../../src/sandbox/chain.ts';
import type { Engine } from '../../src/sandbox/engines.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { until } from '../cli/program.ts';

/** A QEMU that faults happen to. The test has a monitor of its own; the program has `socket`, another client `otherSocket`. */
export class FaultyQemu {
  readonly sandbox: Sandbox;
  readonly session: Session;
  readonly socket: string;
  readonly otherSocket: string;

  private constructor(sandbox: Sandbox, session: Session) {
    this.sandbox = sandbox;
    this.session = session;
    this.socket = join(sandbox.directory, 'users.sock');
    this.otherSocket = join(sandbox.directory, 'others.sock');
  }

  static async start(engine: Engine, chain: SandboxChain, more: readonly string[]): Promise<FaultyQemu> {
    const monitors = ['users', 'others'].flatMap(name => {
      const where = `path=${name}.sock,server=on,wait=off`;
      return engine.kind === 'qemu'
        ? ['-chardev', `socket,id=${name},${where}`, '-mon', `chardev=${name},mode=control`]
        : ['--chardev', `socket,id=${name},${where}`, '--monitor', `chardev=${name}`];
    });
    const sandbox = await startSandbox({ engine, chains: [chain], extraArguments: [...monitors, ...more] });
    const session = await openSession(sandbox.stream, { address: 'the test', greetingTimeout: 20_000 });
    // An answer means that every option of its command line has been seen to, the other monitors too.
    await session.execute('query-version');
    return new FaultyQemu(sandbox, session);
  }

  get directory(): string {
    return this.sandbox.directory;
  }

  /** Sends QEMU itself a signal. */
  signal(name: NodeJS.Signals): void {
    process.kill(this.#process, name);
  }

  get #process(): number {
    for (const name of readdirSync('/proc').filter(one => /^[0-9]+$/.test(one))) {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        if (line.includes(this.directory) && !line.startsWith('sh\0')) return Number(name);
      } catch {
        // It has just ended.
      }
    }
    throw new Error('there is no QEMU');
  }

  execute(command: string, args?: JsonObject): Promise<any> {
    return this.session.execute(command, args);
  }

  /** The jobs that there are, each with its state. */
  async jobs(): Promise<string[]> {
    const jobs = await this.execute('query-jobs');
    return jobs.map(({ id, status }: any) => `${id} ${status}`);
  }

  /** The nodes that somebody named. */
  async nodes(): Promise<string[]> {
    const nodes = await this.execute('query-named-block-nodes', { flat: true });
    const names: string[] = nodes.map((node: any) => node['node-name']);
    return names.filter(name => !name.startsWith('#')).sort();
  }

  /** Resolves once a job was in a state. */
  async saw(job: string, status: string): Promise<void> {
    const isThat = ({ data }: { data: JsonObject }) => data['id'] === job && data['status'] === status;
    await until(() => this.session.events.some(isThat), 15_000);
  }

  /** Ends QEMU in order, so that its images can be read. */
  async quit(): Promise<void> {
    await this.session.execute('quit');
    await this.sandbox.exited;
  }

  async stop(): Promise<void> {
    this.session.destroy();
    await this.sandbox.stop();
  }
}
