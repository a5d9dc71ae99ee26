import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { recordsIn } from '../cli/live.ts';
import { fault } from './fixtures.ts';

export function longReplies(): void {
  fault(9, 'a chain of 50 images, each of which QEMU tells with all that is below it', async bench => {
    const qemu = await bench.qemu();
    const empty = join(qemu.directory, 'C.qcow2');
    for (let at = 0; at < 50; at++) {
      const filename = join(bench.folder, `${'x'.repeat(200)}${at}.qcow2`);
      copyFileSync(empty, filename);
      await qemu.execute('blockdev-add', {
        driver: 'qcow2',
        'node-name': `n${at}`,
        'read-only': true,
        backing: at === 0 ? null : `n${at - 1}`,
        file: { driver: 'file', filename },
      });
    }
    const deep = await bench.script(qemu, 'query-named-block-nodes flat=off', ['--json']);
    expect(deep.code).toBe(0);
    expect(deep.stdout.length).toBeGreaterThan(1e6);
    const told = recordsIn(deep.stdout).find(({ record }) => record === 'result');
    const names = told.value.map((node: any) => node['node-name']);
    expect(names.filter((name: string) => /^n[0-9]+$/.test(name))).toHaveLength(50);
    const on = await bench.script(qemu, 'stream C; print "done"');
    expect(on).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(await qemu.jobs()).toEqual([]);
  });

  fault(9, 'a reply of 20 MB', async bench => {
    const qemu = await bench.qemu();
    const item = '{"frontend-open": true, "label": "é漢😀", "filename": "unix:/run/qmp.sock"}';
    const count = Math.floor(20e6 / item.length);
    const { path } = await bench.wire(qemu, {
      onSend(text, wire) {
        const id = /"query-chardev".*?"id":(\d+)/.exec(text)?.[1];
        if (id === undefined) return false;
        wire.say(`{"return": [${Array(count).fill(item).join(', ')}], "id": ${id}}\r\n`);
        return true;
      },
    });
    const text = `expect len(query-chardev) == ${count}; print "all"`;
    const { code, stdout, stderr } = await bench.run(['--qmp', path, '-c', text]);
    expect({ code, stdout, said: code === 0 ? '' : stderr }).toEqual({ code: 0, stdout: 'all\n', said: '' });
  });

  fault(9, 'a long result that its reader takes slowly', async bench => {
    const qemu = await bench.qemu();
    const { path } = await bench.wire(qemu, {
      onSend(text, wire) {
        if (!text.includes('"query-chardev"')) return false;
        const all = Array(40_000).fill('{"frontend-open": true, "label": "users", "filename": "unix:"}');
        wire.say(`{"return": [${all.join(', ')}], "id": ${JSON.parse(text).id}}\r\n`);
        return true;
      },
    });
    const started = bench.start(['--qmp', path, '-c', 'query-chardev']);
    started.child.stdout?.pause();
    // As long as the program waits for what could hold it up at its end, and longer.
    await pause(6000);
    started.child.stdout?.resume();
    const { code, stdout } = await started.done;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(40_000);
  });
}

/** What comes in place of a reply, and what has to be said of it. */
const garbage: readonly (readonly [string, string | Buffer, string])[] = [
  ['the words of another monitor', '(qemu) what?\r\n', 'what came is not QMP: "(qemu) what?"'],
  ['bytes that are no text', Buffer.from([0, 255, 254, 27, 91, 50, 74, 10]), 'what came is not QMP'],
  ['JSON that is not QMP', '{"jsonrpc": "2.0"}\r\n', 'neither a reply nor an event: {"jsonrpc": "2.0"}'],
  ['a reply to nothing', '{"return": {}, "id": 4711}\r\n', 'a reply to nothing that was asked'],
  ['half a message before a whole one', '{"return": {"a": \r\n{"x": 1}}} 7\r\n', 'what came is not QMP'],
];

export function garbageOnTheWire(): void {
  for (const [what, bytes, words] of garbage) {
    fault(10, `${what} after the greeting`, async bench => {
      const qemu = await bench.qemu();
      const { path } = await bench.wire(qemu, {
        onSend(text, wire) {
          if (!text.includes('"blockdev-add"')) return false;
          wire.say(bytes);
          return true;
        },
      });
      const { code, stdout, stderr } = await bench.run([
        '--qmp',
        path,
        '-c',
        'add T driver=null-co size=64M',
      ]);
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
      expect(stderr).toContain(words);
      expect(stderr).toContain('no reply to blockdev-add, which may or may not have run');
      // Nothing of the garbage may reach a terminal.
      expect(stderr).not.toMatch(/[\x00\x1b]/);
      expect(await qemu.nodes()).toEqual(['A', 'B', 'C']);
    });
  }

  fault(10, 'half a message after the greeting, and then the end', async bench => {
    const qemu = await bench.qemu();
    const { path } = await bench.wire(qemu, {
      onSend(text, wire) {
        if (!text.includes('"blockdev-add"')) return false;
        wire.say('{"return": {"sta');
        wire.end();
        return true;
      },
    });
    const { code, stderr } = await bench.run(['--qmp', path, '-c', 'add T driver=null-co size=64M']);
    expect(code).toBe(4);
    expect(stderr).toContain('QEMU went away, in the middle of a message');
    expect(await qemu.nodes()).toEqual(['A', 'B', 'C']);
  });

  for (const [what, before, words] of [
    ['garbage', '220 mail.example ESMTP\r\n', 'this is not a QMP monitor: what came is not QMP'],
    ['half a greeting that nothing ends', '{"QMP": {"version"\r\n', 'within 2 s'],
  ] as const) {
    fault(10, `${what} before the greeting`, async bench => {
      const qemu = await bench.qemu();
      const { path } = await bench.wire(qemu, { alter: text => `${before}${text}` });
      const { code, stderr } = await bench.run(['--qmp', path, '-c', 'print "x"']);
      expect(code).toBe(4);
      expect(stderr).toContain(words);
    });
  }
}
