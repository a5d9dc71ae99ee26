import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DurableError } from '../../src/durable/durable-error.ts';
import { readJournal } from '../../src/durable/read-journal.ts';
import { storageDaemon } from '../cli/live.ts';
import { until } from '../cli/program.ts';
import { type Daemon, someDaemons } from './daemon.ts';
import { codesIn } from './told-codes.ts';

const engine = storageDaemon();
const SCRIPT = `chain disk0: A <- B <- C <- D
mirror D target=E filename=e.qcow2 sync=full speed=1 job-id=m0 then pivot`;

/** Every byte; else those of the last line, and a few of each other one. */
const isWhole = process.env['QBLK_CRASHES'] === 'all';

describe.skipIf(!engine)(
  'the journal of a run that was killed in the middle of a mirror',
  { timeout: 120_000 },
  () => {
    const daemons = someDaemons(engine, 1);
    const folder = mkdtempSync(join(tmpdir(), 'qblk-damage-'));
    let daemon: Daemon;
    let run = '';
    let whole = Buffer.alloc(0);
    /** Without their line breaks. */
    let lines: string[] = [];

    beforeAll(async () => {
      const [one] = daemons;
      if (!one) throw new Error('no daemon');
      daemon = one;
      await kill();
    });
    afterEach(() => vi.unstubAllEnvs());
    afterAll(() => rmSync(folder, { recursive: true }));

    async function kill(script = SCRIPT): Promise<void> {
      await daemon.reset();
      const running = daemon.start(['run', '--durable', '-c', script, '--qmp', daemon.socket]);
      const isAnswered = ([intent, answer]: any[]) => /mirror/.test(intent.what) && answer?.ok;
      await until(() => daemon.hasJournal && isAnswered(daemon.lines().slice(-2)), 30_000);
      running.child.kill('SIGKILL');
      await running.done;
      run = basename(daemon.journal, '.jsonl');
      whole = readFileSync(daemon.journal);
      lines = whole.toString().trimEnd().split('\n');
    }

    /** What is read of a journal with these bytes: the numbers of its steps, or the code of what is wrong. */
    function readBack(bytes: Buffer | string): readonly number[] | string {
      vi.stubEnv('XDG_STATE_HOME', folder);
      mkdirSync(join(folder, 'qblk/runs'), { recursive: true });
      writeFileSync(join(folder, `qblk/runs/${run}.jsonl`), bytes);
      try {
        return [...readJournal(run).intents.values()].map(({ s }) => s);
      } catch (error) {
        if (!(error instanceof DurableError)) throw error;
        return error.finding.code;
      }
    }

    /** The numbers of the steps in whole lines. */
    const stepsIn = (some: readonly string[]) => some.flatMap(line => JSON.parse(line).s ?? []);
    const text = (some: readonly string[]) => some.map(line => `${line}\n`).join('');

    /** Places in the journal to damage. */
    function places(): number[] {
      const last = whole.lastIndexOf('\n', -2);
      const borders = new Set(
        [...whole.keys()].flatMap(at => (whole[at] === 0x0a ? [at - 1, at, at + 1, at + 40] : [])),
      );
      return [...whole.keys()].filter(at => isWhole || at > last || borders.has(at) || at === 9);
    }

    test('is what it was up to its last whole line, wherever it is cut', () => {
      for (const cut of [...places(), whole.length]) {
        // A line without its line break was written to its end.
        const there = lines.filter((_, at) => cut >= text(lines.slice(0, at + 1)).length - (at > 0 ? 1 : 0));
        const told = readBack(whole.subarray(0, cut));
        expect([cut, told]).toEqual([cut, there.length === 0 ? 'journal-damaged' : stepsIn(there)]);
      }
    });

    test('is refused where a byte of it is another', () => {
      const first = lines[0]?.length ?? 0;
      for (const at of places()) {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const told = readBack(changed);
        expect([at, told]).toEqual([
          at,
          expect.stringMatching(at < first ? /^journal-(?:damaged|of-other-version)$/ : /^journal-damaged$/),
        ]);
      }
    });

    test('is refused where a line is doubled, moved, or missing before others', () => {
      for (const [at, line] of lines.entries()) {
        const isLast = at + 1 === lines.length;
        const without = lines.toSpliced(at, 1);
        expect(readBack(text(lines.toSpliced(at, 0, line)))).toBe('journal-damaged');
        if (!isLast) expect(readBack(text(without.toSpliced(at + 1, 0, line)))).toBe('journal-damaged');
        expect(readBack(text(without))).toEqual(isLast ? stepsIn(without) : 'journal-damaged');
      }
    });

    const flipped = () => {
      const changed = Buffer.from(whole);
      changed[whole.length >> 1] = (changed[whole.length >> 1] ?? 0) ^ 1;
      return changed;
    };
    /** What puts each damage in the place of the journal, and the code that it has. */
    const damages: Readonly<Record<string, readonly [code: string, put: (file: string) => void]>> = {
      'an empty file': ['journal-damaged', file => writeFileSync(file, '')],
      'a folder': ['journal-unreadable', file => mkdirSync(file)],
      'a file that may not be read': [
        'journal-unreadable',
        file => {
          // Whoever may read everything may not go in circles.
          if (process.getuid?.() === 0) symlinkSync(file, file);
          else writeFileSync(file, whole, { mode: 0 });
        },
      ],
      'another byte': ['journal-damaged', file => writeFileSync(file, flipped())],
      'zeros in the middle': [
        'journal-damaged',
        file => writeFileSync(file, Buffer.from(whole).fill(0, whole.length >> 1, (whole.length >> 1) + 512)),
      ],
      'a line without an end': [
        'journal-damaged',
        file => writeFileSync(file, `${text(lines)}{"n":99,"ok":"${'x'.repeat(16 << 20)}"}\n`),
      ],
      'the form of a newer qblk': [
        'journal-of-other-version',
        file => writeFileSync(file, text(lines).replace(/"version":\d+/, '"version":99')),
      ],
    };

    test.each(Object.entries(damages))(
      '%s in its place is told, and nothing is sent',
      async (name, [code, put]) => {
        const state = mkdtempSync(join(folder, 'state-'));
        mkdirSync(join(state, 'qblk/runs'), { recursive: true });
        put(join(state, `qblk/runs/${run}.jsonl`));
        const env = { XDG_STATE_HOME: state };
        const before = daemon.session.events.length;
        const [resumed, listed] = await Promise.all([
          daemon.run(name === 'a folder' ? ['resume'] : ['resume', run, '--redo-step'], env),
          daemon.run(['runs'], env),
        ]);
        expect(resumed).toMatchObject({ code: 1, stdout: '' });
        expect(codesIn(resumed.stderr)).toEqual([code]);
        expect(resumed.stderr).toMatch(/^help: /m);
        expect(listed).toMatchObject({ code: 0, stderr: '' });
        expect(listed.stdout).toMatch(new RegExp(`^${run}  damaged .*${run}\\.jsonl`));
        const mark = `qblk-run-${run}`;
        expect(await daemon.marks()).toEqual([mark]);
        const forgotten = await daemon.run(['runs', '--forget', run], env);
        const isThere = name === 'a folder';
        expect(codesIn(forgotten.stderr)).toEqual(isThere ? ['journal-unreadable'] : []);
        expect(forgotten.code).toBe(isThere ? 1 : 0);
        expect(readdirSync(join(state, 'qblk/runs'))).toEqual(isThere ? [`${run}.jsonl`] : []);
        // The first line tells where the mark is to be taken out.
        const isMarked = (await daemon.marks()).length > 0;
        expect(isMarked).toBe(
          !['another byte', 'zeros in the middle', 'a line without an end'].includes(name),
        );
        expect(forgotten.stderr.includes('its mark may still be in a QEMU')).toBe(isMarked && !isThere);
        expect(daemon.session.events.slice(before)).toEqual([]);
        if (!isMarked) await daemon.session.execute('object-add', { 'qom-type': 'throttle-group', id: mark });
      },
    );

    test('with no folder for it is told as well', async () => {
      const state = mkdtempSync(join(folder, 'state-'));
      writeFileSync(join(state, 'qblk'), 'no folder');
      const env = { XDG_STATE_HOME: state };
      const begin = ['run', '--durable', '--steal', '-c', 'print "begun"', '--qmp', daemon.otherSocket];
      const marks = await daemon.marks();
      for (const words of [['resume', run], ['runs'], ['runs', '--forget', run], begin]) {
        const told = await daemon.run(words, env);
        expect(told).toMatchObject({ code: 1, stdout: '' });
        expect(codesIn(told.stderr)).toEqual(['journal-unreadable']);
      }
      expect(await daemon.marks()).toEqual(marks);
    });

    const cutOffs: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
      'its last line break': bytes => bytes.subarray(0, -1),
      'what had not come to the disk': bytes => Buffer.from(bytes).fill(0, bytes.lastIndexOf('{"n"') + 20),
    };

    test.each(Object.entries(cutOffs))(
      'without %s still goes on, and the job is made once',
      async (_, cutOff) => {
        await kill();
        writeFileSync(daemon.journal, cutOff(whole));
        // A power cut leaves the lock without what was in it.
        writeFileSync(join(daemon.state, `qblk/runs/${run}.lock`), '');
        const going = daemon.start(['resume']);
        await until(() => going.output.stderr.includes('goes on behind 6 steps'), 30_000);
        await daemon.session.execute('block-job-set-speed', { device: 'm0', speed: 0 });
        expect(await going.done).toMatchObject({ code: 0 });
        expect(await daemon.chain()).toBe('E');
        expect([...daemon.jobsMade().values()]).toEqual([1, 1, 1]);
        expect((await daemon.run(['runs'])).stdout).toContain(' done ');
      },
    );

    test('that has lost its end does not send again what its job tells of', async () => {
      for (const id of ['job-id=m0 ', '']) {
        await kill(SCRIPT.replace('job-id=m0 ', id));
        const at = lines.findIndex(line => line.includes('blockdev-mirror'));
        const left = text(lines.slice(0, at));
        writeFileSync(daemon.journal, left);
        const resumed = await daemon.run(['resume']);
        expect(resumed).toMatchObject({ code: 1, stdout: '' });
        expect(codesIn(resumed.stderr)).toEqual(['journal-damaged']);
        expect(resumed.stderr).toContain('its end is lost');
        expect(resumed.stderr).not.toContain('go on with it');
        expect([...daemon.jobsMade().values()]).toEqual([1, 1, 1]);
        expect((await daemon.run(['runs'])).stdout).toContain('interrupted');
      }
    });
  },
);
