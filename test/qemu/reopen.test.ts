import { expect, test } from 'vitest';
import type { Bench } from '../support/bench.ts';
import { onEachEngine } from '../support/each-engine.ts';
import { isAtLeast } from '../support/engines.ts';

const done = { end: 'done', reason: '' };
const START = 'chain disk0: A <- B\n';

interface Shown {
  readonly 'node-name': string;
  readonly ro: boolean;
  readonly detect_zeroes: string;
  readonly cache: object;
  readonly image: { readonly 'virtual-size': number };
  readonly file: string;
}

async function shown({ execute }: Bench, name: string): Promise<Shown> {
  const nodes: Shown[] = await execute('query-named-block-nodes', { flat: true });
  const node = nodes.find(one => one['node-name'] === name);
  if (!node) throw new Error(`no node ${name}`);
  return node;
}

onEachEngine('a reopened node', (engine, start, run) => {
  const isOld = !isAtLeast(engine, [6, 1]);

  test('is told by the command that this QEMU has', async () => {
    const bench = await run(`${START}reopen A read-only=off\n`);
    expect(bench.ran).toMatchObject(done);
    expect((await shown(bench, 'A')).ro).toBe(false);
    const sent = bench.sent.filter(({ execute }) => execute.endsWith('reopen'));
    const file = expect.any(String);
    const options = { 'node-name': 'A', driver: 'qcow2', file, 'read-only': false };
    expect(sent).toMatchObject([
      isOld
        ? { execute: 'x-blockdev-reopen', arguments: options }
        : { execute: 'blockdev-reopen', arguments: { options: [options] } },
    ]);
  });

  test('keeps what is not said: its access, its caching, its backing', async () => {
    const bench = await run(
      `${START}create E filename=e.qcow2 size=64M backing=A\ndel E\n` +
        'add E driver=qcow2 filename=e.qcow2 backing=A cache.direct=off cache.no-flush=on detect-zeroes=on\n' +
        'reopen E read-only=on\nreopen E lazy-refcounts=off\nexpect chain A <- E\n',
    );
    expect(bench.ran).toMatchObject(done);
    expect(await shown(bench, 'E')).toMatchObject({
      ro: true,
      detect_zeroes: 'on',
      cache: { direct: false, 'no-flush': true },
    });
    expect((await bench.run('reopen E cache.no-flush=off read-only=off\n')).end).toBe('done');
    expect(await shown(bench, 'E')).toMatchObject({
      ro: false,
      detect_zeroes: 'on',
      cache: { direct: false, 'no-flush': false },
    });
  });

  test('lies over another node, over none, and over the first again', async () => {
    const bench = await run(
      `${START}create E filename=e.qcow2 size=64M backing=A\nreopen B backing=E\nexpect chain disk0: A <- E <- B\n` +
        'reopen E read-only=on\nexpect chain disk0: A <- E <- B\n',
    );
    expect(bench.ran).toMatchObject(done);
    // E may hold something by now.
    expect((await bench.run('reopen B backing=A\n')).reason).toContain('reopen-hides-data');
    const loose = await bench.run(
      'create X filename=x.qcow2 size=64M backing=A\nreopen X backing=null\nexpect chain X\nreopen X backing=A\nexpect chain A <- X\n',
    );
    expect(loose).toMatchObject(done);
  });

  test('with a data file keeps it, and of a protocol node the file', async () => {
    const bench = await start(START);
    await bench.execute('blockdev-add', {
      driver: 'qcow2',
      'node-name': 'E',
      file: { driver: 'file', filename: 'B.qcow2', 'node-name': 'F', locking: 'off' },
      backing: null,
      'read-only': true,
    });
    expect(
      await bench.run('reopen E read-only=on discard=unmap\nreopen F read-only=on locking=off\n'),
    ).toMatchObject(done);
    expect((await shown(bench, 'F')).file).toBe('B.qcow2');
  });

  test('that shows a part of its file shows the same part', async () => {
    const script =
      'create R filename=r.raw driver=raw size=1M\ndel R\nadd R driver=raw filename=r.raw offset=64K size=128K\n';
    const bench = await run(`${START}${script}`);
    expect(bench.ran).toMatchObject(done);
    expect((await bench.run('reopen R read-only=on\n')).reason).toContain('part-of-file');
    expect(await bench.run('reopen R read-only=on offset=64K size=128K\n')).toMatchObject(done);
    expect((await shown(bench, 'R')).image['virtual-size']).toBe(128 * 1024);
    // QEMU takes it without a word.
    const { file } = (await bench.execute('query-named-block-nodes', { flat: true })).find(
      (one: Shown) => one['node-name'] === 'R',
    );
    expect(file).toContain('r.raw');
  });

  test('has another file only where nobody reads it, or where that is the same', async () => {
    const made = ['x', 'y']
      .map(
        name =>
          `create ${name} filename=${name}.raw driver=raw size=1M\ndel ${name}\nadd F${name} driver=file filename=${name}.raw\n`,
      )
      .join('');
    const bench = await run(`${START}${made}add R driver=raw file=Fx\n`);
    expect(bench.ran).toMatchObject(done);
    const why = isOld ? 'bad-value' : 'reopen-hides-data';
    expect((await bench.run('reopen B file=Fx\n')).reason).toContain(why);
    expect((await bench.run('reopen A file=Fx\n')).reason).toContain(why);
    if (isOld) return expect((await bench.run('reopen R file=Fy\n')).reason).toContain(why);
    // QEMU swaps the file under a guest without a word.
    expect(await bench.run('reopen R file=Fy\ndel Fx\n')).toMatchObject(done);
    expect((await shown(bench, 'R')).file).toContain('y.raw');
    expect(await bench.run('add T driver=copy-on-read file=Fy\nreopen R file=T\n')).toMatchObject(done);
  });

  if (engine.kind !== 'qemu' || isOld) return;

  test('is told by nothing that is deprecated or unstable', async () => {
    const bench = await start(START, ['-compat', 'deprecated-input=reject,unstable-input=reject']);
    const opened =
      'create E filename=e.qcow2 size=64M\ndel E\nadd E driver=qcow2 file.driver=file file.filename=e.qcow2 file.node-name=F\n';
    expect(await bench.run(`${START}${opened}`)).toMatchObject(done);
    const isTold = isAtLeast(engine, [11, 1]);
    const bare = await bench.run('reopen E read-only=on\n');
    if (isTold) expect(bare).toMatchObject(done);
    else expect(bare.reason).toContain('a reopen has to name the file of `E` again');
    expect(await bench.run('reopen E file=F read-only=off\n')).toMatchObject(done);
    expect((await shown(bench, 'E')).ro).toBe(false);
  });
});
