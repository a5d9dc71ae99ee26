import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { type Bench, openBench } from '../support/bench.ts';
import { isAtLeast, testEngines } from '../support/engines.ts';
import { ends } from '../support/example-ends.ts';
import {
  compareWithStart,
  filesBelow,
  identical,
  jobsLeft,
  leftovers,
  shutDown,
} from '../support/what-is-there.ts';

const folder = new URL('../../examples/', import.meta.url);
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8');

const examples = Object.entries(ends);
const engines = testEngines();

test('every example of the folder is here', () => {
  expect(
    readdirSync(folder)
      .filter(name => name.endsWith('.qblk'))
      .sort(),
  ).toEqual(Object.keys(ends).sort());
});

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.stop();
  bench = undefined;
});

describe.skipIf(engines.length === 0).each(engines)('on $name', engine => {
  test.each(examples)(
    '%s ends where it says, and the guest reads what it read before',
    async (name, images) => {
      bench = await openBench(engine, textOf(name));
      expect(await bench.run(textOf(name))).toMatchObject({ reason: '', end: 'done' });
      expect(await filesBelow(bench)).toEqual(images.map(image => `${image}.qcow2`));
      expect(await jobsLeft(bench)).toEqual([]);
      await shutDown(bench);
      expect(await compareWithStart(bench, `${images.at(-1)}.qcow2`)).toBe(identical);
      await bench.stop();
      expect(leftovers(bench)).toEqual([]);
    },
  );
});

describe('what is wrong is found', () => {
  const [engine] = engines;
  const script = (last: string) => `param disk: device\nchain $disk: A <- B <- C <- D\n${last}\n`;

  test.skipIf(!engine).each([
    ['a chain that a plan foresees to be another', 'commit B base=A\nexpect chain $disk: A <- D'],
    [
      'a chain of which only the run tells',
      'if len(query-jobs) == 0 {\n  commit B base=A\n}\nexpect chain $disk: A <- D',
    ],
    ['a value', 'commit B base=A\nexpect len(query-jobs) == 1'],
  ])('%s fails with `expectation`', async (_, last) => {
    if (!engine) return;
    bench = await openBench(engine, script(last));
    expect(await bench.run(script(last))).toMatchObject({ end: 'expectation' });
  });

  test.skipIf(!engine)('a guest that reads something else is told from one that does not', async () => {
    if (!engine) return;
    bench = await openBench(engine, script(''));
    await shutDown(bench);
    expect(await compareWithStart(bench, 'D.qcow2')).toBe(identical);
    expect(await compareWithStart(bench, 'C.qcow2')).not.toBe(identical);
  });
});

/** `-compat` takes what it rejects from QEMU 7.2 on; the storage daemon has no such option. */
const strict = engines.filter(engine => engine.kind === 'qemu' && isAtLeast(engine, [7, 2]));

describe.skipIf(strict.length === 0).each(strict)(
  'nothing that an example needs is deprecated or unstable, says $name',
  engine => {
    test.each(examples)('%s', async (name, images) => {
      bench = await openBench(engine, textOf(name), [
        '-compat',
        'deprecated-input=reject,unstable-input=reject',
      ]);
      expect(await bench.run(textOf(name))).toMatchObject({ reason: '', end: 'done' });
      expect(await filesBelow(bench)).toEqual(images.map(image => `${image}.qcow2`));
    });

    test('which does refuse what is deprecated', async () => {
      const text = textOf('commit-1-one-into-base.qblk');
      bench = await openBench(engine, text, ['-compat', 'deprecated-input=reject']);
      await expect(
        bench.execute('block-commit', { device: 'D', top: 'B.qcow2', base: 'A.qcow2' }),
      ).rejects.toThrow(/deprecated/i);
    });
  },
);
