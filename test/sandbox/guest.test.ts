import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openSession, type Session } from '../../src/qmp/session.ts';
import { type GuestNote, readNote, sectorOf, writingGuest } from '../../src/sandbox/guest.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { enginesAtHand } from './engines-at-hand.ts';

const engines = enginesAtHand();
const systems = engines.filter(({ kind }) => kind === 'qemu');
const chain = { device: 'disk0', images: [{ nodeName: 'A' }, { nodeName: 'B' }] };

let open: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(open.map(sandbox => sandbox.stop()));
  open = [];
});

async function start(options: Parameters<typeof startSandbox>[0]) {
  const sandbox = await startSandbox(options);
  open.push(sandbox);
  return { sandbox, session: await openSession(sandbox.stream, { address: 'the sandbox' }) };
}

async function note(session: Session): Promise<GuestNote | undefined> {
  const answer = await session.execute('human-monitor-command', { 'command-line': writingGuest.look });
  return readNote(String(answer));
}

/** Waits until the guest has got this far; each look gives it a moment. */
async function written(session: Session, number: number): Promise<void> {
  while (((await note(session))?.acknowledged ?? 0) < number) await new Promise(go => setTimeout(go, 20));
}

describe.skipIf(systems.length === 0).each(systems)('a guest that writes, on $name', engine => {
  test('what it has noted is on the disk', async () => {
    const { sandbox, session } = await start({ engine, chains: [chain], guest: 'writes' });
    expect(await note(session)).toBeUndefined();
    await session.execute('cont');
    await written(session, 40);
    await session.execute('stop');
    const { acknowledged = 0, failed } = (await note(session)) ?? {};
    expect(acknowledged).toBeGreaterThanOrEqual(40);
    expect(failed).toBe(0);
    await session.execute('quit');
    await sandbox.exited;
    execFileSync(engine.qemuImg, ['convert', '-O', 'raw', 'B.qcow2', 'read.raw'], { cwd: sandbox.directory });
    const disk = readFileSync(join(sandbox.directory, 'read.raw'));
    for (let number = 1; number <= acknowledged; number++) {
      const sector = disk.subarray(sectorOf(number) * 512, (sectorOf(number) + 1) * 512);
      const wanted = Buffer.alloc(512);
      for (let at = 0; at < 512; at += 4) wanted.writeUInt32LE(number, at);
      expect(sector.equals(wanted), `the sector of ${number}`).toBe(true);
    }
    // One write may have been on its way when the guest was stopped; the next one had not begun.
    const beyond = sectorOf(acknowledged + 2) * 512;
    expect(disk.subarray(beyond, beyond + 512).every(byte => byte === 0)).toBe(true);
  });
});

describe.skipIf(engines.length === 0)('the guest', () => {
  test('is one of a qemu-system alone', async () => {
    const engine = engines.find(({ kind }) => kind === 'storage-daemon');
    if (engine) await expect(startSandbox({ engine, guest: 'writes' })).rejects.toThrow('has no guest');
  });
});

test('what is not its note is none', () => {
  expect(readNote('0000000000008000: 0x00000000 0x00000000 0x00000000 0x00000000\r\n')).toBeUndefined();
  expect(readNote("unknown command: 'xp'")).toBeUndefined();
  expect(readNote('00008000: 0x6b6c6271 0x00000000 0x00000167 0x00000002\r\n')).toEqual({
    acknowledged: 0x167,
    failed: 2,
  });
});

test('its numbers stay in its region', () => {
  const { firstSector, sectors } = writingGuest;
  expect([1, sectors - 1, sectors, sectors + 1].map(sectorOf)).toEqual([
    firstSector + 1,
    firstSector + sectors - 1,
    firstSector,
    firstSector + 1,
  ]);
});
