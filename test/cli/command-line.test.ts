import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type Program } from './program.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());

const write = (name: string, text: string) => writeFileSync(join(program.folder, name), text);
const records = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));

describe('the command line', { concurrent: true }, () => {
  test('--version', async () => {
    expect(await program.run(['--version'])).toMatchObject({ code: 0, stdout: 'qblk 1.2.3\n', stderr: '' });
    expect(await program.run(['-V'])).toMatchObject({ code: 0, stdout: 'qblk 1.2.3\n' });
  });

  test('--help names every command and every exit code', async () => {
    const { code, stdout, stderr } = await program.run(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of [
      'run',
      'plan',
      'compile',
      'check',
      'fmt',
      'schema',
      'show',
      'help',
      '--qmp',
      '--sandbox',
    ])
      expect(stdout).toContain(word);
    expect(stdout).toMatch(/0 done.*1 .*2 usage.*3 .*4 .*5 .*6 .*130 interrupted/s);
  });

  test('nothing at all is help', async () => {
    const { code, stdout } = await program.run([]);
    expect(code).toBe(0);
    expect(stdout).toContain('usage: qblk');
  });

  test('help of a statement, and of one that there is not', async () => {
    const known = await program.run(['help', 'commit']);
    expect(known.code).toBe(0);
    expect(known.stdout).toContain('commit');
    expect(known.stdout).toContain('base=');
    const unknown = await program.run(['help', 'comit']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('did you mean commit?');
  });

  test.each(['run', 'plan', 'compile', 'check', 'fmt', 'schema', 'show', 'sim', 'explain', 'help'])(
    'help of the command %s',
    async command => {
      const { code, stdout, stderr } = await program.run(['help', command]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`^usage: qblk ${command}\\b`));
    },
  );

  test('a command with --help and no file tells of itself, its options included', async () => {
    const { code, stdout } = await program.run(['plan', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^usage: qblk plan FILE/);
    expect(stdout).toContain('--out FILE');
    expect(stdout).not.toContain('--fix');
  });

  test.each([
    ['plan', '--fix'],
    ['fmt', '--qmp=/x'],
    ['fmt', '-c'],
    ['check', '--keep'],
    ['run', '--detailed-exitcode'],
    ['run', '-o'],
    ['explain', '--sandbox'],
  ])('%s takes no %s', async (command, option) => {
    const words = option === '-c' || option === '-o' ? [option, 'x'] : [option];
    const { code, stdout, stderr } = await program.run([command, ...words, 'x']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const name = option === '-o' ? '--out' : option.split('=')[0];
    expect(stderr).toContain(`\`qblk ${command}\` takes no ${name}`);
    expect(stderr).toMatch(/help: .* belongs to `qblk /);
  });

  test('a QBLK_QEMU that has no QEMU is named, and no simulator takes its place', async () => {
    const env = { QBLK_QEMU: '/nosuch' };
    const script = 'chain disk0: A size=1M';
    const { code, stdout, stderr } = await program.run(['run', '--sandbox', '-c', script], { env });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('QBLK_QEMU names /nosuch');
    expect(await program.run(['run', '--sandbox=sim', '-c', script], { env })).toMatchObject({ code: 0 });
  });

  test('show says what there is where nothing is called so', async () => {
    const script = 'chain disk0: A size=1M\nshow nodes nosuch\nshow jobs nosuch';
    const { code, stdout } = await program.run(['run', '--sandbox=sim', '-c', script]);
    expect(code).toBe(0);
    expect(stdout).toContain('there is no node `nosuch`: there is A');
    expect(stdout).toContain('there is no job `nosuch`: there is none');
  });

  test('an unknown command, option or value', async () => {
    const command = await program.run(['pln', 'x']);
    expect(command).toMatchObject({ code: 2, stdout: '' });
    expect(command.stderr).toBe(
      'qblk: there is no command `pln`\nhelp: did you mean `qblk plan`?\nhelp: a script without the ending .qblk is run by `qblk run FILE`\n',
    );
    const option = await program.run(['plan', '--qmu=7.2', 'x.qblk']);
    expect(option.code).toBe(2);
    expect(option.stderr).toMatch(/there is no option --qmu\nhelp: did you mean .*--qemu/);
    expect((await program.run(['plan', '-c'])).stderr).toContain('-c needs a value');
    expect((await program.run(['plan', '--json=yes', '-c', ''])).stderr).toContain('--json takes no value');
    const version = await program.run(['plan', '--qemu', '1.0', '-c', 'query-jobs']);
    expect(version).toMatchObject({ code: 2 });
    expect(version.stderr).toMatch(/there is no bundled schema for QEMU 1\.0\nhelp: there is \d/);
    expect(await program.run(['plan', '--program', 'x', '-c', 'query-jobs'])).toMatchObject({ code: 2 });
  });

  test('a policy of interrupts that is none is refused before anything is connected to', async () => {
    const nowhere = ['--qmp', 'absent.sock', '-c', 'print 1'];
    const { code, stderr } = await program.run([...nowhere, '--on-interrupt=stop']);
    expect(code).toBe(2);
    expect(stderr).toContain('--on-interrupt is leave or cancel, not stop');
    const last = await program.run([...nowhere, '--on-interrupt']);
    expect(last.stderr).toContain('--on-interrupt needs leave or cancel');
    expect(await program.run([...nowhere, '--on-interrupt', 'cancel'])).toMatchObject({ code: 4 });
  });

  test('a run without a QEMU says what to do', async () => {
    const { code, stdout, stderr } = await program.run(['run', '-c', 'query-jobs']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('there is no QEMU to run this on');
    expect(stderr).toMatch(/help: .*--qmp/);
    expect(stderr).toMatch(/help: .*--sandbox/);
  });

  test('a QEMU and a sandbox exclude each other', async () => {
    const { code, stderr } = await program.run(['run', '--qmp', '/x', '--sandbox', '-c', 'query-jobs']);
    expect(code).toBe(2);
    expect(stderr).toContain('exclude each other');
    expect(await program.run(['run', '--sandbox=vmware', '-c', 'query-jobs'])).toMatchObject({ code: 2 });
  });

  test('a script that is not there, a folder, and none', async () => {
    const missing = await program.run(['check', 'none.qblk']);
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toBe('qblk: cannot read none.qblk: there is no such file\n');
    const folder = await program.run(['check', '.']);
    expect(folder).toMatchObject({ code: 2, stderr: 'qblk: cannot read .: it is a folder\n' });
    expect((await program.run(['plan'])).stderr).toContain('`qblk plan` needs a script');
    write('one.qblk', 'query-jobs\n');
    expect((await program.run(['plan', 'one.qblk', 'two'])).stderr).toContain('takes one script');
  });

  test('a script on standard input, and in -c', async () => {
    const piped = await program.run(['plan', '-'], { input: 'query-jobs\n' });
    expect(piped).toMatchObject({ code: 0, stderr: '' });
    expect(piped.stdout).toMatch(/^ {2}1 {2}query-jobs\n {7}query-jobs\n\nNo changes: /);
    const wrong = await program.run(['check', '-'], { input: 'qury-jobs\n' });
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain('--> -:1:1');
    const inline = await program.run(['check', '-c', 'query-jobs; qury-jobs']);
    expect(inline.code).toBe(3);
    expect(inline.stderr).toContain('--> -c:1:13');
  });

  test('a syntax error, and a script that is wrong', async () => {
    const syntax = await program.run(['check', '-c', 'commit top = C']);
    expect(syntax).toMatchObject({ code: 3, stdout: '' });
    expect(syntax.stderr).toContain('error[spaces-around-equals]');
    const wrong = await program.run(['plan', '-c', 'chain disk0: A <- B\ncommit B base=A']);
    expect(wrong).toMatchObject({ code: 3, stdout: '' });
    expect(wrong.stderr).toContain('error[needs-ending]');
    const differs = await program.run(['check', '-c', 'chain disk0: A <- B\nexpect chain disk0: B']);
    expect(differs.code).toBe(5);
  });

  test('check of several files: the first fault is the exit code', async () => {
    write('good.qblk', 'query-jobs\n');
    write('bad.qblk', 'commit B base=\n');
    const { code, stderr } = await program.run(['check', 'good.qblk', 'bad.qblk', 'good.qblk']);
    expect(code).toBe(3);
    expect(stderr).toContain('--> bad.qblk:1:');
    expect(stderr).not.toContain('good.qblk');
    expect(await program.run(['check', 'good.qblk'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  test('a warning does not stop, and --quiet hides it', async () => {
    const script = 'block-job-complete device=m0';
    const loud = await program.run(['check', '-c', script]);
    expect(loud.code).toBe(0);
    expect(loud.stderr).toContain('warning[deprecated]');
    expect(await program.run(['check', '-q', '-c', script])).toMatchObject({ code: 0, stderr: '' });
  });

  test('plan for people, and compile for machines', async () => {
    const script = 'chain disk0: A <- B <- C\ncommit B base=A within 30s';
    const plan = await program.run(['plan', '-c', script]);
    expect(plan.stdout).toContain('block-commit job-id=commit0 device=C top-node=B base-node=A');
    expect(plan.stdout).toContain('after       A <------ C <- [disk0]');
    const compiled = await program.run(['compile', '-c', script]);
    expect(records(compiled.stdout)).toEqual([
      { check: { chain: ['A', 'B', 'C'], device: 'disk0' }, line: 1 },
      {
        execute: 'block-commit',
        arguments: {
          'job-id': 'commit0',
          device: 'C',
          'top-node': 'B',
          'base-node': 'A',
          'auto-dismiss': false,
        },
        line: 2,
      },
      { await: { job: 'commit0', status: 'concluded' }, within: 30, line: 2 },
      { check: { job: 'commit0', error: null }, line: 2 },
      { execute: 'job-dismiss', arguments: { id: 'commit0' }, line: 2 },
    ]);
  });

  test('compile keeps 64-bit integers, and refuses what only a run will show', async () => {
    const exact = await program.run([
      'compile',
      '-c',
      'blockdev-add node-name=N driver=null-co size=9007199254740993',
    ]);
    expect(exact.stdout).toContain('"size":9007199254740993');
    const depends = await program.run(['compile', '-c', 'if len(query-jobs) > 0 { stop }']);
    expect(depends).toMatchObject({ code: 3, stdout: '' });
    expect(depends.stderr).toContain('error[depends-on-run]');
    const unknown = await program.run([
      'compile',
      '-c',
      'let jobs = query-jobs\njob-cancel id="${jobs[0].id}"',
    ]);
    expect(unknown.code).toBe(3);
    expect(unknown.stderr).toContain('error[not-known-yet]');
  });

  test('diagnostics as records', async () => {
    const { code, stdout } = await program.run([
      'check',
      '--json',
      '-c',
      'chain disk0: A <- B\ncommit B bsae=A',
    ]);
    expect(code).toBe(3);
    expect(records(stdout)).toEqual([
      expect.objectContaining({
        record: 'diagnostic',
        severity: 'error',
        code: 'unknown-argument',
        file: '-c',
        line: 2,
        column: 10,
        help: ['did you mean `base`?'],
      }),
    ]);
  });

  test('parameters: given, unknown, missing, of the wrong type', async () => {
    write(
      'with.qblk',
      '## Does a thing.\nparam disk: device "the disk"\nparam keep: integer = 4\nchain $disk: A <- B\nprint "${keep}"\n',
    );
    const given = await program.run(['plan', 'with.qblk', 'disk=disk7', 'keep=5']);
    expect(given.code).toBe(0);
    const unknown = await program.run(['plan', 'with.qblk', 'disc=disk7']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('the script has no parameter `disc`\nhelp: it has disk, keep');
    const early = await program.run(['run', 'with.qblk', '--sandbox=sim', 'disc=disk7']);
    expect(early).toMatchObject({ code: 2, stdout: '' });
    expect(early.stderr).not.toContain('sandbox:');
    const wrong = await program.run(['plan', 'with.qblk', 'disk=disk7', 'keep=many']);
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain('`keep` takes a whole number, and `many` is none');
    const help = await program.run(['with.qblk', '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toBe(
      'Does a thing.\n\nusage: qblk run with.qblk disk=… [keep=…]\n\n  disk  device   the disk\n  keep  integer  (4)\n',
    );
  });

  test('schema: the list, a command, and one that there is not', async () => {
    const list = await program.run(['schema', '--program', 'storage-daemon']);
    expect(list.stdout.split('\n')).toContain('block-commit');
    expect(list.stdout.split('\n')).not.toContain('stop');
    const one = await program.run(['schema', 'block-commit', '--qemu', '7.2']);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(one.stdout).toContain('top-node');
    const none = await program.run(['schema', 'block-comit']);
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain('did you mean block-commit');
    const json = await program.run(['schema', 'block-commit', '--json']);
    expect(records(json.stdout)).toMatchObject([{ record: 'result', value: { name: 'block-commit' } }]);
  });

  test('fmt rewrites, --check only tells, and - goes to stdout', async () => {
    write('ugly.qblk', 'commit   B   base=A    # why\n');
    expect(await program.run(['fmt', '--check', 'ugly.qblk'])).toMatchObject({
      code: 1,
      stdout: 'ugly.qblk\n',
    });
    expect(await program.run(['fmt', 'ugly.qblk'])).toMatchObject({ code: 0, stdout: '' });
    const formatted = 'commit B base=A  # why\n';
    expect(readFileSync(join(program.folder, 'ugly.qblk'), 'utf8')).toBe(formatted);
    expect(await program.run(['fmt', '--check', 'ugly.qblk'])).toMatchObject({ code: 0, stdout: '' });
    const piped = await program.run(['fmt', '-'], { input: 'commit   B   base=A    # why\n' });
    expect(piped).toMatchObject({ code: 0, stdout: formatted });
    write('broken.qblk', 'commit B base=\n');
    expect(await program.run(['fmt', 'broken.qblk'])).toMatchObject({ code: 3 });
    expect(readFileSync(join(program.folder, 'broken.qblk'), 'utf8')).toBe('commit B base=\n');
  });

  test('no colour off a terminal, unless it is asked for', async () => {
    const args = ['check', '-c', 'qury-jobs'];
    expect((await program.run(args)).stderr).not.toContain('\x1b');
    expect((await program.run(['--color', ...args])).stderr).toContain('\x1b[');
  });

  test.skipIf(process.platform !== 'linux')(
    'colour on a terminal, unless NO_COLOR, TERM or an option says no',
    async () => {
      const onTerminal = async (env: Record<string, string>, option = '') => {
        const command = `"${process.execPath}" "${program.path}" check ${option} -c qury-jobs`;
        const terminal = { ...program.environment, TERM: 'xterm', ...env };
        const child = spawn('script', ['-qec', command, '/dev/null'], { env: terminal, cwd: program.folder });
        let shown = '';
        child.stdout.on('data', text => {
          shown += text;
        });
        await once(child, 'close');
        expect(shown).toContain('unknown-verb');
        return shown.includes('\x1b[');
      };
      expect(await onTerminal({})).toBe(true);
      expect(await onTerminal({ NO_COLOR: '1' })).toBe(false);
      expect(await onTerminal({ TERM: 'dumb' })).toBe(false);
      expect(await onTerminal({}, '--no-color')).toBe(false);
    },
  );

  test('what is written cannot steer a terminal', async () => {
    write('e\x1b[31m.qblk', 'print "a\x1b[2J"\nqury-\u202ejobs\n');
    const { stderr } = await program.run(['check', 'e\x1b[31m.qblk']);
    expect(stderr).toContain('\\x1b[31m');
    expect(stderr).not.toMatch(/[\x1b\u202e]/);
  });

  test('a reader that goes away is no error', async () => {
    const shell = (command: string) =>
      spawn('sh', ['-c', command], { cwd: program.folder, env: program.environment, stdio: 'pipe' });
    const child = shell(`{ "${process.execPath}" "${program.path}" schema; echo "$?" >status; } | head -1`);
    let stderr = '';
    child.stderr.on('data', text => {
      stderr += text;
    });
    await once(child, 'close');
    expect(stderr).toBe('');
    expect(existsSync(join(program.folder, 'status'))).toBe(true);
    expect(readFileSync(join(program.folder, 'status'), 'utf8')).toBe('0\n');
  });
});
