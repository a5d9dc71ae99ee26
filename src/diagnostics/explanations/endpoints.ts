import type { Theme } from './explanation.ts';

/** Scripts for several QEMUs. */
export const endpoints: Theme = {
  title: 'Several QEMUs',
  explanations: {
    'target-shape': {
      summary: 'A `target` line is not written as one.',
      story: [
        'It names one endpoint, and may say in quotes what that is, and `incoming=on` for a QEMU that waits for a guest. Which QEMU it is does not stand in the script: `--target dst=URI` says so, or `--sandbox` makes one.',
      ],
      fails: 'target src dst\n@src query-status\n',
      passes: 'target src\ntarget dst\n@src query-status\n',
    },
    'repeated-target': {
      summary: 'Two endpoints have one name.',
      story: ['`@dst` means one QEMU, and each QEMU has a name of its own.'],
      fails: 'target src\ntarget src\n@src query-status\n',
      passes: 'target src\ntarget dst\n@src query-status\n',
    },
    'misplaced-target': {
      summary: 'A `target` does not stand at the head of the script.',
      story: [
        'Every QEMU is opened before the first statement is carried out, and the whole script is held against all of them. So the head says which there are; `param`, `proc` and `use` may stand there as well.',
      ],
      fails: 'target src\n@src query-status\ntarget dst\n',
      passes: 'target src\ntarget dst\n@src query-status\n',
    },
    'unknown-target': {
      summary: 'A statement is for an endpoint that the script does not declare.',
      story: [
        '`@dst` sends a statement to the QEMU called `dst`, and a line `target dst` at the head of the script says that there is one.',
      ],
      fails: 'target source\n@soruce query-status\n',
      passes: 'target source\n@source query-status\n',
    },
    'which-target': {
      summary: 'A script with endpoints does not say which of them a statement is for.',
      story: [
        'With several QEMUs none is the one that is meant without a word. Whatever sends something or asks for something says `@NAME`, or stands in a block `@NAME { … }`. What needs no QEMU needs no word: `print`, `let` with a plain value, `if` and `for` over such values, `$` lines.',
      ],
      fails: 'target src\ntarget dst\nquery-status\n',
      passes: 'target src\ntarget dst\n@src query-status\n',
    },
    'target-twice': {
      summary: 'A line and the statement in it are for different endpoints.',
      story: [
        '`@src let x = query-status` and `let x = @src query-status` mean the same. With both they have to agree, so it is enough to say it once.',
      ],
      fails: 'target src\ntarget dst\n@src let status = @dst query-status\n',
      passes: 'target src\ntarget dst\n@dst let status = query-status\n',
    },
    'not-incoming': {
      summary: 'A QEMU that should wait for a guest does not.',
      story: [
        'A guest can only move into a QEMU that was started for that, with `-incoming defer` and the same devices as the one that it leaves. Its status is `inmigrate` until the guest is there. A line `target dst incoming=on` has that checked before anything is sent. A sandbox starts such a QEMU by itself.',
      ],
      fails: 'target dst incoming=on\n@dst migrate-incoming uri=unix:migrate.sock\n',
      passes: 'target dst incoming=on\n@dst migrate-incoming uri=unix:migrate.sock\n',
      setting: { command: 'elsewhere' },
    },
  },
};
