import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { Interruption } from '../../src/compile/evaluate/failure.ts';
import { testEngines } from '../support/engines.ts';
import { type HostRun, runInSandbox } from './host-run.ts';

const engines = testEngines();
let open: HostRun[] = [];
afterEach(async () => {
  await Promise.all(open.map(({ target }) => target.close()));
  open = [];
});

describe.skipIf(engines.length === 0).each(engines)('around $name', engine => {
  const run = async (text: string) => {
    const ran = await runInSandbox(engine, text);
    open.push(ran);
    return ran;
  };
  const done = { code: '', reason: '' };

  test('a guest writes, reads what is there, and the chain reads the same from below', async () => {
    const ran = await run(`
      chain disk0: A <- B <- C
      io C "read -P 1 0 64K" "read -P 2 64K 128K" "read -P 3 192K 192K"
      io disk0 "write -P 9 64K 64K"
      io C "read -P 9 64K 64K"
      io B "read -P 2 64K 64K"
      io C "write -z 0 64K" "discard 0 64K" "flush" "write 1M 4K"
      io C "read -P 0xcd 1M 4K"
      commit C base=A then pivot
      io disk0 "read -P 9 64K 64K" "read -P 3 192K 192K"
      io A "read -v 64K 16"
    `);
    expect(ran).toMatchObject(done);
    expect(ran.output).toEqual([
      '00010000:  09 09 09 09 09 09 09 09 09 09 09 09 09 09 09 09  ................',
    ]);
  });

  test('a write beyond the end is not sent, and past the checker fails in QEMU’s words', async () => {
    const beyond = 'io disk0 "write 64M 4K"';
    expect(await run(`chain disk0: A\n${beyond}\n`)).toMatchObject({ code: 'guest-command-impossible' });
    const ran = await run(`chain disk0: A\nexpect error "Input/output error" from ${beyond}\n`);
    expect(ran.reason).toBe('');
  });

  test.each([
    ['io A "read -P 2 0 64K"', 'Pattern verification failed at offset 0, 65536 bytes'],
    ['io disk0 "write 0 64Q"', '64Q'],
    ['io disk0 "read 0 4K 5"', 'reads a number of bytes'],
  ])('`%s` fails in qemu-io’s words', async (statement, words) => {
    const ran = await run(`chain disk0: A\n${statement}\n`);
    expect(ran).toMatchObject({ code: 'io-failed', reason: expect.stringContaining(words) });
  });

  test('what `io` needs for a moment is seen by nobody, and an NBD server that runs is used and stays', async () => {
    const ran = await run(`
      chain disk0: A
      nbd start unix:own.sock
      export add A id=x0 type=nbd name=x0
      io A "read -P 1 0 64K"
      io disk0 "write -P 3 0 64K"
      expect error "" from wait event BLOCK_EXPORT_DELETED within 50ms
      $ qemu-io -r -f raw -c "read -q -P 3 0 64K" nbd+unix:///x0?socket=own.sock
      export del x0
      nbd stop
      io A "read -P 3 0 64K"
      nbd start unix:own.sock
    `);
    expect(ran).toMatchObject(done);
    expect(ran.events.filter(event => event === 'BLOCK_EXPORT_DELETED')).toHaveLength(1);
    expect(await ran.target.live.session.execute('query-block-exports')).not.toContainEqual(
      expect.objectContaining({ id: 'qblk-io' }),
    );
    expect(readdirSync(ran.directory)).not.toContain('qblk-io.sock');
  });

  test('a restart keeps the chain, what the guest wrote and persistent bitmaps, and nothing else', async () => {
    const ran = await run(`
      chain disk0: A <- B <- C
      bitmap add C name=kept persistent=on
      bitmap add C name=lost
      io disk0 "write -P 7 1M 64K"
      commit B base=A
      start mirror C target=E filename=e.qcow2 sync=full
      wait mirror0 ready
      nbd start unix:own.sock
      restart
      expect chain disk0: A <- C
      expect no jobs
      io C "read -P 7 1M 64K" "read -P 2 64K 64K" "read -P 3 192K 192K"
      snapshot C overlay=D filename=d.qcow2
      nbd start unix:own.sock
      restart
      expect chain disk0: A <- C <- D
      show bitmaps
    `);
    expect(ran).toMatchObject(done);
    expect(ran.output).toEqual([expect.stringMatching(/^C +kept +64K dirty/)]);
    await ran.target.close();
    expect(existsSync(ran.directory)).toBe(false);
  });

  test('images are compared by what a guest reads, in the formats that they are known to have', async () => {
    const ran = await run(`
      chain disk0: A
      backup A target=E filename=copy sync=full
      del E
      $ qemu-img convert -f qcow2 -O raw copy other.raw
      expect identical copy "other.raw"
      $ qemu-io -f raw -c "write -q -P 5 64K 512" other.raw
      if identical "copy" "other.raw" { fail "they differ" }
      expect identical "copy" "other.raw"
    `);
    expect(ran.code).toBe('not-identical');
    expect(ran.reason).toBe('the images are not identical');
  });

  test('images of different lengths are not identical, whatever the rest of the longer one holds; holes do not count', async () => {
    const script = '$ truncate -s 1M short.raw\n$ truncate -s 2M long.raw full.raw\n';
    const longer = await run(`${script}expect identical "short.raw" "long.raw"\n`);
    expect(longer.code).toBe('not-identical');
    expect(longer.label).toContain('one is longer than the other');
    const both =
      '$ qemu-io -f raw -c "write -q -P 7 64K 512" full.raw\nexpect identical "short.raw" "full.raw"\n';
    expect((await run(script + both)).label).toMatch(/offset 65536/);
    const zeros =
      '$ qemu-io -f raw -c "write -q -P 0 64K 512" full.raw\nexpect identical "long.raw" "full.raw"\n';
    expect((await run(script + zeros)).code).toBe('');
  });

  test('where images differ, the message says where; an image of a format that nobody knows is not compared', async () => {
    const script =
      'chain disk0: A\n$ truncate -s 1M a.raw b.raw c\n$ qemu-io -f raw -c "write -q 64K 512" b.raw\n';
    const differ = await run(`${script}expect identical "a.raw" "b.raw"\n`);
    expect(differ.code).toBe('not-identical');
    expect(await run(`${script}expect identical "a.raw" "c"\n`)).toMatchObject({ code: 'format-not-known' });
    expect(await run(`${script}expect identical "a.raw" "none.raw"\n`)).toMatchObject({
      code: 'compare-failed',
      reason: expect.stringContaining('No such file'),
    });
  });
});

describe.skipIf(engines.length === 0)('programs of the host', () => {
  const [engine] = engines;
  const run = async (text: string, signal?: AbortSignal) => {
    if (!engine) throw new Error('no engine');
    const ran = await runInSandbox(engine, text, signal);
    open.push(ran);
    return ran;
  };

  test('what they print is the output, or kept; a word is a word whatever is in it', async () => {
    const ran = await run(`
      chain disk0: A
      let odd = "a b; rm *  $(x)"
      $ touch $odd
      let names = $ ls -1
      $ rm "\${odd}"
      expect $odd in $names
      $ ls
    `);
    expect(ran).toMatchObject({ code: '' });
    expect(ran.output).toEqual(['A.qcow2']);
  });

  test('one that fails fails its statement with its own words', async () => {
    const ran = await run('chain disk0: A\n$ cat none\n');
    expect(ran).toMatchObject({
      code: 'host-program-failed',
      reason: expect.stringContaining('No such file'),
    });
    const proc = 'proc look() { $ cat none }\nlook else { print $error }\nprint "on"\n';
    expect((await run(`chain disk0: A\n${proc}`)).output).toEqual([expect.stringContaining('No such'), 'on']);
  });

  test('one that QEMU’s open image is named to is refused, whatever the value says', async () => {
    const ran = await run('chain disk0: A\nlet nodes = query-named-block-nodes\n$ rm $nodes["A"].file\n');
    expect(ran).toMatchObject({ code: 'image-in-use' });
    expect(readdirSync(ran.directory)).toContain('A.qcow2');
  });

  test('one that goes on is killed with the run', async () => {
    const controller = new AbortController();
    const length = `${4000 + (process.pid % 1000)}.25`;
    const running = runInSandbox(engine as never, `chain disk0: A\n$ sleep ${length}\n`, controller.signal);
    while (!isRunning(length)) await new Promise(resolve => setTimeout(resolve, 10));
    controller.abort();
    await expect(running).rejects.toBeInstanceOf(Interruption);
    expect(isRunning(length)).toBe(false);
  });
});

function isRunning(word: string): boolean {
  return readdirSync('/proc').some(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`sleep\0${word}`);
    } catch {
      return false;
    }
  });
}
