import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nothingCarried } from '../../src/compile/evaluate/context.ts';
import type { Session } from '../../src/qmp/session.ts';
import { look } from '../../src/runner/look.ts';
import type { Reporter } from '../../src/runner/reporter.ts';
import { runScript } from '../../src/runner/run.ts';
import { type GuestNote, readNote, sectorOf, writingGuest } from '../../src/sandbox/guest.ts';
import { parse } from '../../src/syntax/parse.ts';
import { openTarget, qemusOf, type Target } from '../../src/target/target.ts';
import type { Wish } from '../../src/target/wish.ts';
import { testEngines } from '../support/engines.ts';

const copies = `target src
target dst incoming=on
@src chain disk0: A <- B
@dst chain disk0: E empty=on
@dst {
  nbd start unix:nbd.sock
  export add E id=x0 writable=on
  migrate-incoming uri=unix:migrate.sock
}
@src {
  cont
  blockdev-add driver=nbd node-name=T server.type=unix server.path=../dst/nbd.sock export=E
  start mirror B target=T sync=full job-id=copy
  wait copy ready within 1m
}`;

const moves = `@src {
  migrate-set-capabilities capabilities=[{"capability": "pause-before-switchover", "state": true}]
  migrate uri=unix:../dst/migrate.sock
  wait query-migrate.status == "pre-switchover" within 1m
  cancel copy
  del T
  migrate-continue state=pre-switchover
  wait query-migrate.status == "completed" within 1m
}
@dst {
  wait query-migrate.status == "completed" within 1m
  export del x0
  nbd stop
  cont
}`;

let folder = '';
let target: Target | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qblk-move-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  await target?.close();
  target = undefined;
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

const silent: Reporter = {
  wantsGraph: true,
  enter() {},
  leave() {},
  step() {},
  event() {},
  finding: ({ message }) => expect(message).toBe('nothing to say'),
  output() {},
};

/** Runs a script on QEMUs that another has run on before. */
async function run(text: string, on: Target, carried = nothingCarried(new Date(0))) {
  const endpoints = new Map();
  for (const [name, { schema, live }] of qemusOf(on))
    endpoints.set(name, { schema, session: live.session, graph: await look(live.session, schema) });
  const { script } = parse(text);
  await runScript(script, { endpoints, carried, reporter: silent, schema: on.schema, now: new Date(0) });
  return carried;
}

/** What the guest has noted, once it has written `more` numbers. */
async function noted(session: Session, more: number): Promise<GuestNote> {
  for (;;) {
    const answer = await session.execute('human-monitor-command', { 'command-line': writingGuest.look });
    const note = readNote(String(answer));
    if (note && note.acknowledged >= more) return note;
    await new Promise(go => setTimeout(go, 20));
  }
}

const systems = testEngines().filter(({ kind }) => kind === 'qemu');

describe.skipIf(systems.length === 0).each(systems)('a guest that writes and moves, on $name', engine => {
  test('goes on at its destination, and nothing that it wrote is lost', async () => {
    vi.stubEnv('QBLK_QEMU', dirname(engine.program));
    const { script } = parse(copies);
    const wish: Wish = { sandbox: 'qemu', guest: 'writes', parameters: new Map(), flags: new Set() };
    target = await openTarget(wish, script, { say() {}, warn() {} });
    const carried = await run(copies, target);
    const [src, dst] = ['src', 'dst'].map(name => target?.endpoints?.get(name)?.live?.session);
    if (!src || !dst) throw new Error('no QEMUs');
    const { acknowledged: before } = await noted(src, 40);
    await run(moves, target, carried);
    await noted(dst, before + 40);
    await dst.execute('stop');
    const { acknowledged, failed } = await noted(dst, before + 40);
    expect(failed).toBe(0);
    await Promise.all([src, dst].map(session => session.execute('quit')));
    await Promise.all([src, dst].map(session => session.closed));
    const [shared = ''] = readdirSync(folder);
    const at = join(folder, shared, 'dst');
    execFileSync(engine.qemuImg, ['convert', '-O', 'raw', 'E.qcow2', 'read.raw'], { cwd: at });
    const disk = readFileSync(join(at, 'read.raw'));
    for (let number = 1; number <= acknowledged; number++) {
      const wanted = Buffer.alloc(512);
      for (let place = 0; place < 512; place += 4) wanted.writeUInt32LE(number, place);
      const sector = disk.subarray(sectorOf(number) * 512, (sectorOf(number) + 1) * 512);
      expect(sector.equals(wanted), `the sector of ${number} of ${acknowledged}`).toBe(true);
    }
  });
});
