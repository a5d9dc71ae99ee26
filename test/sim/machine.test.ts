import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/qmp/json.ts';
import { defaultDisks, graphOfDisks } from '../../src/sim/disks.ts';
import { execute, makeMachine, nextMoment, passTime, startMachine } from '../../src/sim/machine.ts';
import { orderOf, scenarios } from './operations.ts';

const machine = makeMachine('7.2', 'storage-daemon');
const fresh = () => startMachine(graphOfDisks(defaultDisks, 'storage-daemon'), 0);

describe('a command and what follows from it come in the order in which QEMU says them', () => {
  test.each(scenarios)('$name', ({ operations }) => {
    let state = fresh();
    const said = operations.map(({ command, args }) => {
      const taken = execute(machine, state, command, args);
      state = taken.state;
      return `${command}: ${orderOf(taken.said)}`;
    });
    expect(said).toEqual(operations.map(({ command, order }) => `${command}: ${order}`));
  });
});

/** What the last of these commands is answered, after the others. */
function lastSaid(...commands: readonly (readonly [command: string, args: JsonObject])[]) {
  let state = fresh();
  let said: ReturnType<typeof execute>['said'] = [];
  for (const [command, args] of commands) ({ state, said } = execute(machine, state, command, args));
  return said;
}

test('a job that is paused at READY goes on before it ends by force', () => {
  const said = lastSaid(
    ['block-commit', { 'job-id': 'j', device: 'D', 'base-node': 'A' }],
    ['job-pause', { id: 'j' }],
    ['block-job-cancel', { device: 'j', force: true }],
  );
  expect(orderOf(said)).toMatch(/^(y R|R y) aborting CANCELLED k n$/);
  expect(said[0]).toMatchObject({ event: 'JOB_STATUS_CHANGE', data: { status: 'ready', id: 'j' } });
});

test('a wrong type of action is told without the way to it', () => {
  expect(lastSaid(['transaction', { actions: [{ type: 'bad', data: {} }] }])).toEqual([
    { error: { class: 'GenericError', desc: "Parameter 'type' does not accept value 'bad'" } },
  ]);
});

test('the disk of a storage daemon is no NBD export: the script starts and stops the server', () => {
  const start = ['nbd-server-start', { addr: { type: 'unix', data: { path: 'nbd.sock' } } }] as const;
  const add = ['block-export-add', { type: 'nbd', id: 'n', 'node-name': 'D' }] as const;
  const stop = ['nbd-server-stop', {}] as const;
  const list = ['query-block-exports', {}] as const;
  const notRunning = [{ error: { class: 'GenericError', desc: 'NBD server not running' } }];
  const disk = [
    { return: [{ id: 'disk0', 'node-name': 'D', type: 'vhost-user-blk', 'shutting-down': false }] },
  ];
  expect(lastSaid(list)).toEqual(disk);
  expect(lastSaid(stop)).toEqual(notRunning);
  expect(lastSaid(add)).toEqual(notRunning);
  expect(lastSaid(start, add)).toEqual([{ return: {} }]);
  expect(lastSaid(start, add, stop, list)).toEqual(disk);
});

describe('time', () => {
  const MIRROR = { 'job-id': 'j', device: 'D', target: 'T', sync: 'full', 'auto-dismiss': false };
  const target = { driver: 'null-co', 'node-name': 'T', size: 64 * 1024 * 1024 };
  const started = (speed: number) => {
    const { state } = execute(machine, fresh(), 'blockdev-add', target);
    return execute(machine, state, 'blockdev-mirror', { ...MIRROR, speed });
  };
  const jobs = (state: Parameters<typeof execute>[1]) =>
    (execute(machine, state, 'query-jobs', {}).said[0] as any).return;

  test('a job without a speed is at its rest once it is answered', () => {
    expect(orderOf(started(0).said)).toBe('c r R y READY');
    expect(nextMoment(started(0).state)).toBeUndefined();
  });

  test('a job with a speed copies so much a second, and is done when all is copied', () => {
    const { state, said } = started(1024 * 1024);
    expect(orderOf(said)).toBe('c r R');
    expect(nextMoment(state)).toBe(64_000_000);
    const half = passTime(state, 32_000_000);
    expect(half.said).toEqual([]);
    expect(jobs(half.state)).toMatchObject([
      { status: 'running', 'current-progress': 32 * 1024 * 1024, 'total-progress': 64 * 1024 * 1024 },
    ]);
    const done = passTime(half.state, 64_000_000);
    expect(orderOf(done.said)).toBe('y READY');
    expect(done.said[0]).toMatchObject({ timestamp: { seconds: 64, microseconds: 0 } });
  });

  test('a paused job gets no further; a new speed counts from then on', () => {
    const half = passTime(started(1024 * 1024).state, 32_000_000).state;
    const paused = execute(machine, half, 'job-pause', { id: 'j' });
    expect(orderOf(paused.said)).toBe('paused R');
    const later = passTime(paused.state, 100_000_000);
    expect(later.said).toEqual([]);
    expect(jobs(later.state)).toMatchObject([{ status: 'paused', 'current-progress': 32 * 1024 * 1024 }]);
    const again = execute(machine, later.state, 'job-resume', { id: 'j' });
    expect(orderOf(again.said)).toBe('r R');
    const faster = execute(machine, again.state, 'block-job-set-speed', {
      device: 'j',
      speed: 2 * 1024 * 1024,
    });
    expect(nextMoment(faster.state)).toBe(116_000_000);
    const done = execute(machine, faster.state, 'block-job-set-speed', { device: 'j', speed: 0 });
    expect(orderOf(done.said)).toBe('R y READY');
  });

  test.each([
    ['a mirror before it is ready', 'blockdev-mirror', MIRROR, 'R aborting CANCELLED k'],
    ['a backup', 'blockdev-backup', MIRROR, 'aborting CANCELLED k R'],
    [
      'a stream',
      'block-stream',
      { 'job-id': 'j', device: 'D', 'base-node': 'A', 'auto-dismiss': false },
      'aborting CANCELLED k R',
    ],
    [
      'a commit of the active layer before it is ready',
      'block-commit',
      { 'job-id': 'j', device: 'D', 'base-node': 'A', 'auto-dismiss': false },
      'R aborting CANCELLED k',
    ],
  ])('%s that is cancelled on its way', (_, command, args, order) => {
    const { state } = execute(machine, fresh(), 'blockdev-add', target);
    const running = passTime(execute(machine, state, command, { ...args, speed: 1024 }).state, 2_000_000);
    const cancelled = execute(machine, running.state, 'job-cancel', { id: 'j' });
    expect(orderOf(cancelled.said)).toBe(order);
    expect(jobs(cancelled.state)).toMatchObject([
      { status: 'concluded', error: 'Operation canceled', 'current-progress': 2048 },
    ]);
  });

  test('a job that is to stop at an error waits there, and tries again when it is told to go on', () => {
    const broken = {
      driver: 'blkdebug',
      'node-name': 'T',
      image: { driver: 'null-co', size: 64 * 1024 * 1024 },
      'inject-error': [{ event: 'write_aio', errno: 28 }],
    };
    const { state } = execute(machine, fresh(), 'blockdev-add', broken);
    const args = { ...MIRROR, 'on-target-error': 'enospc' };
    const stopped = execute(machine, state, 'blockdev-mirror', args);
    expect(orderOf(stopped.said)).toBe('c r R IO_ERROR paused');
    const [reply] = execute(machine, stopped.state, 'query-block-jobs', {}).said;
    expect(reply).toMatchObject({ return: [{ 'io-status': 'nospace', status: 'paused', paused: true }] });
    const again = execute(machine, stopped.state, 'job-resume', { id: 'j' });
    expect(orderOf(again.said)).toBe('r IO_ERROR paused R');
    const failed = execute(machine, state, 'blockdev-mirror', { ...MIRROR, 'on-target-error': 'report' });
    expect(orderOf(failed.said)).toBe('c r R IO_ERROR aborting COMPLETED k');
    expect(jobs(failed.state)).toMatchObject([{ error: 'No space left on device' }]);
  });

  test('the jobs of a grouped transaction wait for the slowest, and fall with one that falls', () => {
    const other = { driver: 'null-co', 'node-name': 'U', size: 64 * 1024 * 1024 };
    const action = (id: string, device: string, to: string, speed: number) => ({
      type: 'blockdev-backup',
      data: { 'job-id': id, device, target: to, sync: 'full', speed, 'auto-dismiss': false },
    });
    const args = {
      actions: [action('one', 'D', 'T', 0), action('two', 'C', 'U', 64 * 1024 * 1024)],
      properties: { 'completion-mode': 'grouped' },
    };
    const ready = execute(
      machine,
      execute(machine, fresh(), 'blockdev-add', target).state,
      'blockdev-add',
      other,
    );
    const running = execute(machine, ready.state, 'transaction', args);
    expect(orderOf(running.said)).toBe('c c r paused r paused r r R w');
    expect(orderOf(passTime(running.state, 1_000_000).said)).toBe('w p p COMPLETED k COMPLETED k');
    const fallen = execute(machine, running.state, 'job-cancel', { id: 'two' });
    expect(jobs(fallen.state)).toMatchObject([
      { id: 'two', error: 'Operation canceled' },
      { id: 'one', error: 'Operation canceled' },
    ]);
  });
});

describe('the guest of a system emulator', () => {
  const system = makeMachine('newest', 'system');
  const run = (...commands: string[]) => {
    let state = startMachine(graphOfDisks(defaultDisks, 'system'), 0);
    return commands.map((command): readonly any[] => {
      const taken = execute(system, state, command, {});
      state = taken.state;
      return taken.said;
    });
  };

  test('stands still at first, runs, and stops', () => {
    const statuses = run('query-status', 'cont', 'query-status', 'stop', 'query-status');
    expect(statuses.map(said => orderOf(said))).toEqual(['R', 'RESUME R', 'R', 'STOP R', 'R']);
    const reply = (at: number) => statuses[at]?.[0].return.status;
    expect([reply(0), reply(2), reply(4)]).toEqual(['prelaunch', 'running', 'paused']);
  });

  test('is a device on its chain, and `quit` ends everything', () => {
    const [blocks, quit, after] = run('query-block', 'quit', 'query-name');
    expect(blocks?.[0].return).toMatchObject([
      {
        qdev: '/machine/peripheral/disk0/virtio-backend',
        inserted: { 'node-name': 'D', backing_file_depth: 3 },
      },
    ]);
    expect(quit).toMatchObject([
      { event: 'SHUTDOWN', data: { guest: false, reason: 'host-qmp-quit' } },
      { return: {} },
    ]);
    expect(after).toBeDefined();
  });

  test('a command that exists and is about something else is refused in words of its own', () => {
    const [[refused] = []] = run('migrate_cancel');
    expect(refused).toMatchObject({
      error: { class: 'GenericError', desc: expect.stringContaining('does not carry out migrate_cancel') },
    });
  });
});

test('a machine of a version without a schema is none', () => {
  expect(() => makeMachine('3.1')).toThrow('the simulator knows no QEMU 3.1');
});
