import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { check } from '../../src/compile/check.ts';
import type { Schema } from '../../src/qapi/schema.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { isObject, type Json, type JsonObject, stringifyJson } from '../../src/qmp/json.ts';
import { look } from '../../src/runner/look.ts';
import { preflight } from '../../src/runner/preflight.ts';
import { parse } from '../../src/syntax/parse.ts';
import { type Daemon, startDaemon } from '../jobs/storage-daemon.ts';

export const MIB = 1024 * 1024;

/** A command as it goes to QEMU. */
export type Command = readonly [name: string, members: JsonObject];

/** A storage daemon that nothing keeps from harm, beside what qblk would say to the same commands. */
export interface HarmBench extends Daemon {
  /** Makes a qcow2 image and writes to it: `1 0 1M` is one mebibyte of ones at its beginning. */
  image(name: string, size: string, options: { over?: string; writes?: readonly string[] }): void;
  /** Opens an image under its name, over an open one or over nothing. */
  open(name: string, over?: string): Promise<void>;
  /** Serves a node, which thereby has a user. */
  serve(name: string, writable?: boolean): Promise<void>;
  /** Sends what qblk would not. */
  send(...commands: readonly Command[]): Promise<Json>;
  /** Waits until the job is in this status; its record. */
  reach(id: string, status: string): Promise<JsonObject>;
  /** The codes of the errors, or else of the warnings, that qblk has for these commands before it sends the first. */
  said(...commands: readonly Command[]): Promise<string[]>;
  /** The same for a script. */
  saidOf(script: string): Promise<string[]>;
  /** Whether an image that no QEMU has open any more reads as this pattern. Throws in the tool's words where it can't be opened. */
  reads(name: string, pattern: string): boolean;
  /** Ends the daemon in order, so that the files are whole. */
  quit(): Promise<void>;
}

let schema: Schema | undefined;

/** Starts one; the test has to stop it. */
export async function openHarm(): Promise<HarmBench> {
  const daemon = await startDaemon();
  const { session, folder, run, child } = daemon;
  schema ??= loadSnapshot('7.2', 'storage-daemon');
  if (!schema) throw new Error('no schema of QEMU 7.2 is bundled');
  const known = schema;
  const file = (name: string) => (name.includes('.') ? name : `${name}.qcow2`);
  const send: HarmBench['send'] = async (...commands) => {
    let reply: Json = null;
    for (const [name, members] of commands) reply = await session.execute(name, members);
    return reply;
  };
  const saidOf = async (script: string) => {
    const graph = await look(session, known);
    const plan = await check(parse(script), { schema: known, graph, now: new Date(0) });
    const findings = [...plan.findings, ...(await preflight(plan, session))];
    const errors = findings.filter(({ severity }) => severity === 'error');
    return (errors.length > 0 ? errors : findings).map(({ code }) => code);
  };
  await send(['nbd-server-start', { addr: { type: 'unix', data: { path: `${folder}/nbd.sock` } } }]);
  return {
    ...daemon,
    send,
    image(name, size, { over, writes = [] }) {
      const backing = over ? ['-b', file(over), '-F', 'qcow2'] : [];
      run('qemu-img', 'create', '-q', '-f', 'qcow2', ...backing, file(name), size);
      const commands = writes.flatMap(write => ['-c', `write -q -P ${write}`]);
      if (commands.length > 0) run('qemu-io', '-f', 'qcow2', ...commands, file(name));
    },
    async open(name, over) {
      const protocol = { driver: 'file', filename: file(name) };
      await send([
        'blockdev-add',
        { driver: 'qcow2', 'node-name': name, file: protocol, backing: over ?? null },
      ]);
    },
    async serve(name, writable = true) {
      await send(['block-export-add', { type: 'nbd', id: `x${name}`, 'node-name': name, writable }]);
    },
    async reach(id, status) {
      for (let tries = 0; tries < 1000; tries++) {
        const jobs = await session.execute('query-jobs');
        const job = Array.isArray(jobs) ? jobs.find(item => isObject(item) && item['id'] === id) : undefined;
        if (isObject(job) && job['status'] === status) return job;
        await pause(5);
      }
      throw new Error(`the job ${id} did not become ${status}`);
    },
    said: (...commands) =>
      saidOf(commands.map(([execute, members]) => stringifyJson({ execute, arguments: members })).join('\n')),
    saidOf,
    reads(name, pattern) {
      try {
        execFileSync('qemu-io', ['-r', '-f', 'qcow2', '-c', `read -q -P ${pattern}`, file(name)], {
          cwd: folder,
          encoding: 'utf8',
          stdio: 'pipe',
        });
        return true;
      } catch (failure) {
        const { stdout, stderr } = failure as { stdout: string; stderr: string };
        if (/Pattern verification failed/.test(`${stdout}${stderr}`)) return false;
        throw new Error(`${stdout}${stderr}`, { cause: failure });
      }
    },
    async quit() {
      const ended = new Promise(resolve => child.once('exit', resolve));
      await session.execute('quit');
      await ended;
    },
  };
}
