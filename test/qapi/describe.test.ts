import { describe, expect, test } from 'vitest';
import { describeCommand } from '../../src/qapi/describe.ts';
import { renderCommandHelp } from '../../src/qapi/help.ts';
import { bundled, everySchema } from './bundled.ts';

const seven = bundled('7.2');

function help(command: string, siblings?: object, schema = seven): string {
  const description = describeCommand(schema, command, siblings);
  return description ? renderCommandHelp(description) : '';
}

test('a plain command', () => {
  expect(help('block-commit')).toBe(`block-commit in QEMU 7.2.22

Arguments; [these] can be left out:
  [job-id]            string
  device              string
  [base-node]         string
  [base]              string (deprecated: use base-node)
  [top-node]          string
  [top]               string (deprecated: use top-node)
  [backing-file]      string
  [speed]             integer
  [on-error]          report | ignore | enospc | stop | auto
  [filter-node-name]  string
  [auto-finalize]     boolean
  [auto-dismiss]      boolean

Its reply is empty.`);
});

test('a command without arguments, and a reply with words', () => {
  expect(help('query-jobs')).toBe(`query-jobs in QEMU 7.2.22

It takes no arguments.

Its reply: list of object
  id                  string
  type                one of 9 words
                      commit, stream, mirror, backup, create, amend, snapshot-load, snapshot-save,
                      snapshot-delete
  status              one of 11 words
                      undefined, created, running, paused, ready, standby, waiting, pending,
                      aborting, concluded, null
  current-progress    integer
  total-progress      integer
  [error]             string`);
});

test('cases in overview, those with the same members together', () => {
  const text = help('blockdev-add');
  expect(text).toContain('  driver              one of those below\n');
  expect(text).toContain(
    '  with driver=bochs, cloop, compress, dmg, parallels, snapshot-access, vdi, vhdx, vpc:\n      file: object or string\n',
  );
  expect(text).toContain(
    '  with driver=qed, vmdk:\n      file: object or string, [backing]: object or string or null\n',
  );
  expect(help('block-export-add')).toContain('  with type=nbd:\n');
});

test('one case in full', () => {
  const text = help('blockdev-add', { driver: 'qcow2' });
  expect(text).toMatch(/^ {2}driver {2,}qcow2$/m);
  expect(text).toMatch(/^ {2}\[backing\] +object \(the arguments of blockdev-add\) or string or null$/m);
  expect(text).not.toContain('with driver=');
});

test('what is deprecated or unstable is marked where it stands', () => {
  expect(help('drive-backup')).toContain('\n  deprecated: use blockdev-backup\n');
  expect(help('transaction')).toContain('with type=drive-backup (deprecated: use blockdev-backup):');
  expect(help('x-blockdev-change')).toContain('\n  unstable\n');
  expect(help('blockdev-add', undefined, bundled('10'))).toContain('with driver=gluster (deprecated):');
});

test('a device takes more than the schema lists', () => {
  expect(help('device_add')).toContain('and others, which its schema does not list');
});

test('where the command is known', () => {
  const description = describeCommand(seven, 'blockdev-reopen');
  const availability = { has: ['7.2.22', '10.0.13'], lacks: ['5.2.0'] };
  expect(description && renderCommandHelp(description, { availability })).toMatch(
    /\n\nKnown in QEMU 7\.2\.22, 10\.0\.13; not in 5\.2\.0\.$/,
  );
});

test('there is no description of an unknown command', () => {
  expect(describeCommand(seven, 'blok-commit')).toBeUndefined();
});

describe.each(everySchema)('%s', (_, schema) => {
  test('every command is described within 100 columns', () => {
    for (const command of schema.commands()) {
      const text = help(command, undefined, schema);
      const wide = text.split('\n').filter(line => line.length > 100);
      expect([command, wide]).toEqual([command, []]);
      for (const member of schema.argumentsOf(command).filter(each => !each.when))
        expect(text).toContain(member.name);
    }
  });
});
