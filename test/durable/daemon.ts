import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { deviceChains } from '../../src/printing/chains-text.ts';
import type { SchemaInfo } from '../../src/qapi/introspection.ts';
import { makeSchema, type Schema } from '../../src/qapi/schema.ts';
import { openSession, type Session } from '../../src/qmp/session.ts';
import { look } from '../../src/runner/look.ts';
import type { Engine } from '../../src/sandbox/engines.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { buildProgram, type Program, type Result } from '../cli/program.ts';
import type { Scenario } from './scenarios.ts';

const IMAGES = ['A', 'B', 'C', 'D'] as const;
const fileOf = (node: string) => `${node.toLowerCase()}.qcow2`;

/** Images `A <- B <- C <- D` with data of their own, two empty ones, and what a guest of D reads, as a raw image. */
export function makeTemplate(engine: Engine): string {
  const folder = mkdtempSync(join(tmpdir(), 'qblk-template-'));
  const run = (program: string, ...words: string[]) => execFileSync(program, words, { cwd: folder });
  for (const [at, node] of IMAGES.entries()) {
    const below = IMAGES[at - 1];
    const backing = below ? ['-b', fileOf(below), '-F', 'qcow2'] : [];
    run(engine.qemuImg, 'create', '-q', '-f', 'qcow2', ...backing, fileOf(node), '64M');
    const writes = ['0', '3M', '9M'].flatMap(start => ['-c', `write -q -P ${at + 1} ${start} ${5 - at}M`]);
    run(engine.qemuIo, ...writes, fileOf(node));
  }
  for (const name of ['x.qcow2', 'y.qcow2']) run(engine.qemuImg, 'create', '-q', '-f', 'qcow2', name, '64M');
  for (const node of ['B', 'D'])
    run(engine.qemuImg, 'convert', '-O', 'raw', fileOf(node), `${node.toLowerCase()}.raw`);
  return folder;
}

/** A storage daemon with a monitor for the program beside the test's own, on which one script after the other can be run. */
export class Daemon {
  readonly socket: string;
  /** A second monitor, for a second program. */
  readonly otherSocket: string;
  readonly sandbox: Sandbox;
  readonly session: Session;
  readonly #program: Program;
  readonly #engine: Engine;
  readonly #template: string;
  readonly #schema: Schema;
  /** Where the program keeps its journals. */
  state = '';

  private constructor(
    sandbox: Sandbox,
    session: Session,
    schema: Schema,
    { program, engine, template }: DaemonOptions,
  ) {
    this.sandbox = sandbox;
    this.session = session;
    this.socket = join(sandbox.directory, 'users.sock');
    this.otherSocket = join(sandbox.directory, 'others.sock');
    this.#schema = schema;
    this.#program = program;
    this.#engine = engine;
    this.#template = template;
  }

  static async start(options: DaemonOptions): Promise<Daemon> {
    const { engine } = options;
    const monitors = ['users', 'others'].flatMap(name =>
      engine.kind === 'qemu'
        ? ['-qmp', `unix:${name}.sock,server=on,wait=off`]
        : [
            '--chardev',
            `socket,id=${name},path=${name}.sock,server=on,wait=off`,
            '--monitor',
            `chardev=${name}`,
          ],
    );
    const sandbox = await startSandbox({ engine, extraArguments: monitors });
    const session = await openSession(sandbox.stream, { address: 'the test' });
    const info = await session.execute('query-qmp-schema');
    return new Daemon(sandbox, session, makeSchema(info as unknown as SchemaInfo[], 'test'), options);
  }

  /** Opens fresh images, whatever was open before, and forgets the runs and the events so far. */
  async reset(): Promise<void> {
    await this.#clear();
    for (const mark of await this.marks()) await this.session.execute('object-del', { id: mark });
    this.state = mkdtempSync(join(this.#program.temporary, 'state-'));
    for (const file of readdirSync(this.#template))
      copyFileSync(join(this.#template, file), join(this.sandbox.directory, file));
    for (const [at, node] of IMAGES.entries()) {
      const below = IMAGES[at - 1];
      await this.session.execute('blockdev-add', {
        driver: 'qcow2',
        'node-name': node,
        'read-only': node !== 'D',
        ...(below ? { backing: below } : {}),
        file: { driver: 'file', filename: fileOf(node) },
      });
    }
    await this.session.execute('block-export-add', {
      type: 'vhost-user-blk',
      id: 'disk0',
      'node-name': 'D',
      writable: true,
      addr: { type: 'unix', path: 'disk0.vhost' },
    });
    this.session.forgetEvents(Number.POSITIVE_INFINITY);
  }

  /** Closes every image, so that others may read it. */
  async close(): Promise<void> {
    const names = async () =>
      ((await this.session.execute('query-named-block-nodes')) as any[]).map(node => node['node-name']);
    await this.session.execute('block-export-del', { id: 'disk0', mode: 'hard' }).catch(() => {});
    for (let left = 100; left > 0; left--) {
      const jobs = (await this.session.execute('query-jobs')) as any[];
      if (jobs.length === 0) break;
      for (const { id, status } of jobs)
        await this.session
          .execute(status === 'concluded' ? 'job-dismiss' : 'job-cancel', { id })
          .catch(() => {});
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    for (let left = 100; (await names()).length > 0 && left > 0; left--) {
      for (const node of await names())
        await this.session.execute('blockdev-del', { 'node-name': node }).catch(() => {});
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  async #clear(): Promise<void> {
    await this.close();
    for (const file of readdirSync(this.sandbox.directory))
      if (/\.(qcow2|raw|vhost)$/.test(file)) rmSync(join(this.sandbox.directory, file));
  }

  start(args: readonly string[], env: Record<string, string> = {}) {
    return this.#program.start(args, {
      cwd: this.sandbox.directory,
      env: { XDG_STATE_HOME: this.state, ...env },
    });
  }

  run(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
    return this.start(args, env).done;
  }

  /** Begins a durable run of a line of script. */
  runDurably(text: string, env: Record<string, string> = {}, more: readonly string[] = []): Promise<Result> {
    return this.run(['run', '--durable', '-c', text, '--qmp', this.socket, ...more], env);
  }

  /** The steps that the journal of the one run has, in order. */
  steps(): string[] {
    return this.lines().flatMap(line => (line.s === undefined ? [] : [line.what]));
  }

  /** Whether a run has come so far that it can go on. */
  get hasJournal(): boolean {
    const folder = join(this.state, 'qblk/runs');
    return existsSync(folder) && readdirSync(folder).some(name => name.endsWith('.jsonl'));
  }

  /** The journal of the one run. */
  get journal(): string {
    const folder = join(this.state, 'qblk/runs');
    const [file = ''] = readdirSync(folder).filter(name => name.endsWith('.jsonl'));
    return join(folder, file);
  }

  lines(): any[] {
    return readFileSync(this.journal, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
  }

  /** How often each job was made since the last reset. */
  jobsMade(): Map<string, number> {
    const made = new Map<string, number>();
    for (const { event, data } of this.session.events) {
      if (event !== 'JOB_STATUS_CHANGE' || data['status'] !== 'created') continue;
      const id = String(data['id']).replace(/^qblk-[^-]+-/, '');
      made.set(id, (made.get(id) ?? 0) + 1);
    }
    return made;
  }

  /** The marks of runs in the daemon. Before it ever had an object it has no place for them. */
  async marks(): Promise<string[]> {
    const objects = await this.session.execute('qom-list', { path: '/objects' }).catch(() => []);
    return (objects as any[]).map(({ name }) => name).filter(name => name.startsWith('qblk-'));
  }

  async chain(): Promise<string | undefined> {
    return deviceChains(await look(this.session, this.#schema)).get('disk0');
  }

  /** Whether a guest of a closed image reads what one of another read at the beginning. */
  reads(file: string, expected: string): boolean {
    try {
      const words = ['compare', '-f', 'qcow2', '-F', 'raw', file, expected];
      execFileSync(this.#engine.qemuImg, words, { cwd: this.sandbox.directory, stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  }

  async stop(): Promise<void> {
    this.session.destroy();
    await this.sandbox.stop();
  }
}

export interface DaemonOptions {
  readonly engine: Engine;
  readonly program: Program;
  readonly template: string;
}

/** What must hold once a run is over, as far as it does not. */
export async function faultsOf(daemon: Daemon, { chain, jobs, bytes }: Scenario): Promise<string[]> {
  const there = await daemon.chain();
  const made = daemon.jobsMade();
  await daemon.close();
  return [
    ...(there === chain ? [] : [`the chain is ${there}`]),
    ...(made.size === jobs && [...made.values()].every(times => times === 1)
      ? []
      : [`jobs were made: ${JSON.stringify([...made])}`]),
    ...bytes.flatMap(([file, expected]) => (daemon.reads(file, expected) ? [] : [`${file} reads wrong`])),
  ];
}

/** Starts `count` daemons before the tests of a file, and stops them behind; the list is filled by the time that a test runs. */
export function someDaemons(engine: Engine | undefined, count: number): readonly Daemon[] {
  const daemons: Daemon[] = [];
  let program: Program | undefined;
  let template: string | undefined;
  beforeAll(async () => {
    if (!engine) return;
    const built = await buildProgram();
    const images = makeTemplate(engine);
    program = built;
    template = images;
    const starting = Array.from({ length: count }, () =>
      Daemon.start({ engine, program: built, template: images }),
    );
    daemons.push(...(await Promise.all(starting)));
  });
  afterAll(async () => {
    await Promise.all(daemons.map(daemon => daemon.stop()));
    program?.remove();
    if (template) rmSync(template, { recursive: true });
  });
  return daemons;
}
