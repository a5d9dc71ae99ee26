import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { storageDaemon } from '../../cli/live.ts';
import { session } from './session.ts';

const folder = join(tmpdir(), `qblk-prompt-${process.pid}`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an entry is checked, carried out, and tells how the chains changed', async () => {
  const { text, outcome } = await session([
    'snapshot D overlay=E filename=e.qcow2',
    'commit top=C base=A',
    'commit E base=D then pivot',
  ]);
  expect(text.split('\n')).toEqual([
    '→ disk0: A <- B <- C <- D <- E',
    '→ disk0: A <- D <- E',
    '→ disk0: A <- D',
  ]);
  expect(outcome).toBe('done');
});

test('what is wrong is told, nothing is sent, and the prompt goes on', async () => {
  const { text } = await session(['commit top=B base=C', 'commit top=B base', 'show chain']);
  expect(text).toContain('error[base-above-top]');
  expect(text).toContain(' --> prompt:1:14');
  expect(text).toContain('A <- B <- C <- D <- [disk0]');
});

test('a help says what is typed at the prompt, not on a command line', async () => {
  const { text } = await session([
    'nonsense',
    'mirror D target=T filename=t.qcow2 sync=full foo=1 then cancel',
  ]);
  expect(text).toContain('help: the statements are listed by `help`, the commands by Tab');
  expect(text).toContain('help: `help mirror` tells what it takes');
});

test('names, procedures and job ids stay known from one entry to the next', async () => {
  const { text } = await session([
    'let x = "disk0"',
    'proc look(d: device) { show chain $d }',
    'look $x',
    'start commit D base=C',
    'start mirror D target=F filename=f.qcow2 sync=full',
    'pivot commit0',
    'print "${x} ${now}"',
  ]);
  expect(text).toContain('A <- B <- C <- D <- [disk0]');
  expect(text).toContain('→ disk0: A <- B <- C');
  expect(text).toMatch(/disk0 \d{8}T\d{4}Z/);
});

test('a job that goes on is no warning, and is told of when it gets on', async () => {
  const { text } = await session([
    'start mirror D target=F filename=f.qcow2 sync=full job-id=m',
    'wait m ready',
    'cancel m',
  ]);
  expect(text).not.toContain('warning');
  expect(text).toContain('job m: ready');
});

test.skipIf(!storageDaemon())(
  'a job that has ended is there until it is waited for, also where it had to be dismissed at once',
  async () => {
    const { text, prompt } = await session(
      ['start stream D job-id=s0', 'show jobs', 'wait s0', 'show jobs'],
      { wish: { sandbox: 'storage-daemon' } },
    );
    expect(text).toMatch(/^s0 {2}stream {2}concluded/m);
    expect(text).not.toContain('error');
    expect(prompt.printed.at(-1)).toBe('no jobs');
  },
);

test.skipIf(!storageDaemon())(
  'what ended a group of jobs is told in a later entry, too, whichever of them it waits for',
  async () => {
    const source = join(folder, 'group.raw');
    mkdirSync(folder, { recursive: true });
    writeFileSync(source, Buffer.alloc(1 << 20, 7));
    const { prompt } = await session(
      [
        `add X driver=raw file.driver=file file.filename=${source}`,
        'add broken driver=raw file.driver=blkdebug file.image.driver=null-co file.image.size=1M file.inject-error=[{"event": "pwritev", "errno": 5}]',
        'add E driver=null-co size=64M',
        'start transaction completion-mode=grouped { backup X target=broken sync=full job-id=one; backup D target=E sync=full job-id=two speed=64K }',
        'wait two else { print "two ${error}" }',
      ],
      { wish: { sandbox: 'storage-daemon' } },
    );
    expect(prompt.printed.at(-1)).toBe('two Input/output error');
  },
);

test('plan mode shows and sends nothing; explain does so once', async () => {
  const { text } = await session([
    ':plan on',
    'commit D base=A then pivot',
    ':plan off',
    'explain stream D base=A',
    'explain base-above-top',
    'show chain disk0',
  ]);
  expect(text).toContain('block-commit job-id=commit0 device=D top-node=D base-node=A');
  expect(text).toContain('block-stream job-id=stream0 device=D');
  expect(text).toContain('the story');
  expect(text).toContain('A <- B <- C <- D <- [disk0]');
});

test('what destroys data asks first, and only a yes sends it', async () => {
  const { prompt, text } = await session(
    ['commit top=C base=A', 'commit top=C base=A', 'resize D size=32M', 'show chain disk0'],
    { confirm: 'on', answers: ['no', 'y', 'n'] },
  );
  expect(prompt.asked).toEqual([
    'this makes C, B useless. Go on?',
    'this makes C, B useless. Go on?',
    'this cuts off the end of D. Go on?',
  ]);
  expect(prompt.printed.filter(line => line === 'nothing was sent')).toHaveLength(2);
  expect(text).toContain('→ disk0: A <- D');
  expect(text).toContain('64M');
});

test('a scratch disk is not worth a question, but the end of QEMU is', async () => {
  const { prompt } = await session(['commit top=C base=A', 'quit', 'exit']);
  expect(prompt.asked).toEqual(['this ends QEMU itself; to leave the prompt alone: :quit. Go on?']);
});

test('after the end of its QEMU a sandbox can be made anew', async () => {
  const { text } = await session(['quit', 'show chain', ':reconnect', 'show chain'], { answers: ['yes'] });
  expect(text).toContain('there is no QEMU at the other end');
  expect(text).toContain('connected: ');
  expect(
    text
      .trimEnd()
      .split('\n')
      .some(line => line === 'A <- B <- C <- D <- [disk0]'),
  ).toBe(true);
});

test('what asks a QEMU that has ended is told so, and the prompt stays', async () => {
  const { text, outcome } = await session(
    ['quit', 'explain commit C base=A', 'watch show jobs', ':load /nowhere.qblk', 'help commit'],
    { answers: ['yes'] },
  );
  expect(text.match(/there is no QEMU at the other end/g)).toHaveLength(2);
  expect(text).toContain('cannot read /nowhere.qblk');
  expect(text).toContain('commit TOP');
  expect(outcome).toBe('done');
});

test('commands say what is wrong with how they are typed', async () => {
  const { text } = await session([
    ':pln on',
    ':set nope on',
    ':set plan maybe',
    ':load',
    ':load /nowhere.qblk',
    ':save',
    'help nothing',
    'watch del D',
    'explain',
    'watch show jobs every often',
  ]);
  expect(text).toContain('the prompt has no command `:pln`\nhelp: did you mean `:plan`?');
  expect(text).toContain('there is no setting `nope`: there is plan, events, timing, confirm');
  expect(text).toContain('plan is off, on, not `maybe`');
  expect(text).toContain('`:load` needs the name of a file');
  expect(text).toContain('cannot read /nowhere.qblk: there is no such file');
  expect(text).toContain('there is nothing to save: no statement has changed anything yet');
  expect(text).toContain('there is no help on `nothing`');
  expect(text).toContain('`explain` needs a statement');
  expect(text).toContain('`often` is no duration');
});

test('only what changes nothing can be watched, and Ctrl-C ends it', async () => {
  const { text } = await session([
    prompt => {
      setTimeout(() => prompt.interrupt(), 50);
      return 'watch show chain disk0 every 100ms';
    },
    'watch snapshot D overlay=E filename=e.qcow2',
  ]);
  expect(text).toContain('A <- B <- C <- D <- [disk0]');
  expect(text).toContain('only what changes nothing can be watched');
});

test('help knows statements, QMP commands, the prompt and its keys', async () => {
  const { text } = await session(['help', 'help commit', 'help block-commit', 'help :save', 'help keys']);
  expect(text).toContain(':transcript FILE');
  expect(text).toContain('commit TOP [base=…] [then pivot|cancel] [within DURATION]');
  expect(text).toContain('block-commit in ');
  expect(text).toContain("Write the session's statements as a script.");
  expect(text).toContain('Ctrl-R');
});

test('a file is loaded as if it had been entered, and asks before it is overwritten', async () => {
  const file = `${folder}.qblk`;
  writeFileSync(file, 'let y = "from the file"\nsnapshot D overlay=E filename=e.qcow2\n');
  const { text, prompt } = await session([`:load ${file}`, 'print $y', `:save ${file}`, `:save ${file}`], {
    answers: ['no', 'yes'],
  });
  expect(text).toContain('→ disk0: A <- B <- C <- D <- E');
  expect(text).toContain('from the file');
  expect(prompt.asked).toHaveLength(2);
  expect(readFileSync(file, 'utf8')).toContain('chain disk0: A <- B <- C <- D');
  rmSync(file);
});

test('an editor writes the next entry', async () => {
  process.env['VISUAL'] = 'sed -i s/C/D/';
  const { prompt } = await session(['show chain C', ':edit']);
  delete process.env['VISUAL'];
  expect(prompt.line).toBe('show chain D');
});

test('nothing is left of an editor that is not there', async () => {
  process.env['VISUAL'] = '/nowhere/ed';
  const { text } = await session(['show jobs', ':edit']);
  delete process.env['VISUAL'];
  expect(text).toContain('name another one in $EDITOR');
  expect(existsSync('/nowhere')).toBe(false);
});
