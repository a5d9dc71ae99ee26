import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { check } from '../../src/compile/check.ts';
import { Interruption } from '../../src/compile/evaluate/failure.ts';
import type { Reporter } from '../../src/runner/reporter.ts';
import { runScript } from '../../src/runner/run.ts';
import { parse } from '../../src/syntax/parse.ts';
import { runOn } from '../../src/target/run-on.ts';
import { openTarget, type Target } from '../../src/target/target.ts';
import { compareWithFresh } from '../sandbox/guest-view.ts';
import { type TestEngine, testEngines } from '../support/engines.ts';

const now = new Date(0);
let folder = '';
let target: Target | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qblk-ends-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  await target?.close();
  target = undefined;
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

interface Heard {
  /** Each with the endpoint that it went to. */
  readonly commands: string[];
  readonly told: string[];
}

/** Runs a script in a sandbox for each of its endpoints; it is interrupted when a statement of the kind `until` begins. */
async function run(text: string, sandbox: string, heard = nothing(), until = ''): Promise<Heard> {
  const { script, findings } = parse(text);
  target = await openTarget({ sandbox, parameters: new Map(), flags: new Set() }, script, {
    say() {},
    warn() {},
  });
  const { schema, endpoints } = target;
  const wrong = await check({ script, findings }, { schema, now, ...(endpoints ? { endpoints } : {}) });
  expect(wrong.findings.map(({ message }) => message)).toEqual([]);
  const controller = new AbortController();
  const { commands, told } = heard;
  const reporterAt = (name: string): Reporter => ({
    wantsGraph: true,
    enter: ({ kind }) => {
      if (kind === until) setTimeout(() => controller.abort());
    },
    leave() {},
    step: step => {
      if (step.kind === 'execute') commands.push(`${name}: ${step.command}`);
    },
    event() {},
    finding: ({ message }) => told.push(message),
    output: said => told.push(said),
    at: reporterAt,
  });
  const { signal } = controller;
  await runScript(script, { ...runOn(target), reporter: reporterAt('none'), schema, now, signal });
  return heard;
}

function nothing(): Heard {
  return { commands: [], told: [] };
}

const served = (disk: string) => `target src
target dst
@src chain disk0: A <- B
${disk}
@dst {
  nbd-server-start addr.type=unix addr.data.path=nbd.sock
  block-export-add id=x0 node-name=E type=nbd writable=on
}
@src blockdev-add driver=nbd node-name=T server.type=unix server.path=../dst/nbd.sock export=E
`;

const made = served('@dst create E filename=e.qcow2 size=64M');

function useEngine(engine: TestEngine): string {
  vi.stubEnv('QBLK_QEMU', dirname(engine.program));
  return engine.kind;
}

const source = { device: 'disk0', images: [{ nodeName: 'A' }, { nodeName: 'B' }] };
const engines = testEngines();
const few = engines.slice(0, 2);

describe.skipIf(engines.length === 0).each(engines)('two QEMUs, on $name', engine => {
  test('a disk is copied from one to the other, byte for byte', async () => {
    const { told } = await run(
      `${made}@src mirror B target=T sync=full then cancel within 1m
@src del T
@dst block-export-del id=x0
@dst nbd-server-stop
@dst del E
@src expect chain disk0: A <- B
print "copied"`,
      useEngine(engine),
    );
    expect(told).toEqual(['copied']);
    const [shared = ''] = readdirSync(folder);
    const copy = join(folder, shared, 'dst', 'e.qcow2');
    expect(await compareWithFresh(engine, source, copy)).toBe('Images are identical.');
  });
});

const systems = engines.filter(({ kind }) => kind === 'qemu');

describe.skipIf(systems.length === 0).each(systems)('a guest moves, on $name', engine => {
  test('and its disk with it', async () => {
    const head = served('@dst chain disk0: E empty=on').replace('target dst', 'target dst incoming=on');
    const { commands } = await run(
      `${head}@dst migrate-incoming uri=unix:migrate.sock
@src {
  cont
  start mirror B target=T sync=full job-id=copy
  wait copy ready within 1m
  migrate-set-capabilities capabilities=[{"capability": "pause-before-switchover", "state": true}]
  migrate uri=unix:../dst/migrate.sock
  wait query-migrate.status == "pre-switchover" within 1m
  cancel copy
  del T
  migrate-continue state=pre-switchover
  wait query-migrate.status == "completed" within 1m
  expect status postmigrate
}
@dst {
  wait query-migrate.status == "completed" within 1m
  block-export-del id=x0
  nbd-server-stop
  cont
  expect status running
  expect chain disk0: E
  quit
}
@src quit
expect identical "src/B.qcow2" "dst/E.qcow2"`,
      useEngine(engine),
    );
    expect(commands[0]).toBe('dst: query-status');
    const [shared = ''] = readdirSync(folder);
    const moved = join(folder, shared, 'dst', 'E.qcow2');
    expect(await compareWithFresh(engine, source, moved)).toBe('Images are identical.');
  });
});

describe.skipIf(few.length === 0).each(few)('where one of two QEMUs goes, on $name', engine => {
  test('the one that is gone is named', async () => {
    const text = `${made}@dst quit
@src expect chain disk0: A <- B
@dst query-block`;
    await expect(run(text, useEngine(engine))).rejects.toThrow('the sandbox of @dst: the connection');
  });

  test('the job that fails for it at the other says so', async () => {
    const text = `${made}@src start mirror B target=T sync=full job-id=m
@src wait m ready within 1m
@dst quit
@src block-job-cancel device=m
@src wait m`;
    const failure = await run(text, useEngine(engine)).catch(error => error);
    expect(failure.finding?.code).toBe('job-failed');
    expect(failure.finding?.notes).toContain('the connection to @dst is lost: QEMU has ended');
  });
});

test('an interruption gives up what one waits for, and deferred statements of the other still run', async () => {
  const text = `target src
target dst
@src chain disk0: A
@dst nbd-server-start addr.type=unix addr.data.path=nbd.sock
defer @dst nbd-server-stop
@src wait event SHUTDOWN`;
  const heard = nothing();
  await expect(run(text, 'sim', heard, 'wait-event')).rejects.toThrow(Interruption);
  expect(heard.commands).toEqual(['dst: nbd-server-start', 'dst: nbd-server-stop']);
});

test.skipIf(!few[0])('where one sandbox can not be made the other is not left', async () => {
  const text =
    'target src\ntarget dst\n@src chain disk0: A\n@dst chain disk0: E format=vmdk\n@src query-version';
  await expect(run(text, useEngine(few[0] as TestEngine))).rejects.toThrow('not vmdk');
});
