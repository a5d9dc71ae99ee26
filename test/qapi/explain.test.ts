import { expect, test } from 'vitest';
import { explainProblem } from '../../src/diagnostics/catalogue/qapi.ts';
import { whereAccepted } from '../../src/qapi/availability.ts';
import { validateCommand } from '../../src/qapi/validator.ts';
import { bundled } from './bundled.ts';

const span = { start: 3, end: 7 };

/** What the first problem of a command reads like: `severity code: message`, the label, and each help. */
function told(version: string, command: string, args: object): string[] {
  const schema = bundled(version);
  const [problem] = validateCommand(schema, command, args);
  if (!problem) return [];
  const finding = explainProblem(problem, {
    command,
    span,
    label: schema.label,
    availability: whereAccepted(problem, command, args),
  });
  expect(finding.primary?.span).toEqual(span);
  const { severity, code, message, primary, help = [] } = finding;
  return [`${severity} ${code}: ${message}`, primary?.text ?? '', ...help];
}

test.each<[version: string, command: string, args: object, told: string[]]>([
  [
    '7.2',
    'blok-commit',
    {},
    [
      'error unknown-command: QEMU 7.2.22 has no command `blok-commit`',
      'not a command of this QEMU',
      'did you mean `block-commit`?',
    ],
  ],
  [
    '5.2',
    'blockdev-reopen',
    {},
    [
      'error unknown-command: QEMU 5.2.0 has no command `blockdev-reopen`',
      'not a command of this QEMU',
      'did you mean `x-blockdev-reopen`?',
      'QEMU 7.2.22, 10.0.13 and 11.1.2 have it; 5.2.0 lacks it',
    ],
  ],
  [
    '5.2',
    'block-stream',
    { device: 'D', bottom: 'B' },
    [
      'error unknown-argument: `block-stream` has no argument `bottom` in QEMU 5.2.0',
      'not known',
      'it takes job-id, device, base, base-node, backing-file, speed, on-error, auto-finalize, auto-dismiss',
      'QEMU 7.2.22, 10.0.13 and 11.1.2 have it; 5.2.0 lacks it',
    ],
  ],
  [
    '7.2',
    'blockdev-add',
    { driver: 'raw', file: 'x', backing: 'A' },
    [
      'error unknown-argument: `blockdev-add` has no argument `backing` in QEMU 7.2.22',
      'only with driver=qcow2, qcow, qed or vmdk',
      '`backing` belongs to driver=qcow2, qcow, qed or vmdk',
    ],
  ],
  [
    '7.2',
    'blockdev-add',
    { driver: 'raw', file: { driver: 'file', filname: 'x', filename: 'y' } },
    [
      'error unknown-argument: `file` of `blockdev-add` has no member `filname` in QEMU 7.2.22',
      'not known',
      'did you mean `filename`?',
    ],
  ],
  [
    '7.2',
    'block-commit',
    {},
    ['error missing-argument: `block-commit` needs `device`, a string', '`device` is missing'],
  ],
  [
    '7.2',
    'block-commit',
    { device: 'D', speed: 'fast' },
    ['error wrong-type: `speed` of `block-commit` takes an integer, and `"fast"` is none', 'not an integer'],
  ],
  [
    '7.2',
    'blockdev-add',
    { driver: 'qcow2', file: 5 },
    [
      'error wrong-type: `file` of `blockdev-add` takes an object or a string, and `5` is none',
      'not an object or a string',
    ],
  ],
  [
    '7.2',
    'block-commit',
    { device: 7 },
    [
      'error wrong-type: `device` of `block-commit` takes a string, and `7` is none',
      'not a string',
      'as text it is device="7"',
    ],
  ],
  [
    '7.2',
    'blockdev-mirror',
    { device: 'D', target: 'E', sync: 'ful' },
    [
      'error unknown-value: `sync` of `blockdev-mirror` does not take `ful` in QEMU 7.2.22',
      'not one of its values',
      'did you mean `full`?',
      'it takes top, full, none, incremental, bitmap',
    ],
  ],
  [
    '5.2',
    'transaction',
    {
      actions: [{ type: 'blockdev-backup', data: { device: 'D', target: 'E', sync: 'full', 'x-perf': {} } }],
    },
    [
      'error unknown-argument: `actions[0].data` of `transaction` has no member `x-perf` in QEMU 5.2.0',
      'not known',
      'it takes job-id, device, sync, speed, bitmap, bitmap-mode, compress, on-source-error, on-target-error, auto-finalize, auto-dismiss, filter-node-name, target',
      'QEMU 7.2.22, 10.0.13 and 11.1.2 have it; 5.2.0 lacks it',
    ],
  ],
  [
    '5.2',
    'block-export-add',
    { type: 'fuse', id: 'x', 'node-name': 'A', mountpoint: '/m' },
    [
      'error unknown-value: `type` of `block-export-add` does not take `fuse` in QEMU 5.2.0',
      'not one of its values',
      'it takes nbd, vhost-user-blk',
      'QEMU 7.2.22, 10.0.13 and 11.1.2 have it; 5.2.0 lacks it',
    ],
  ],
  [
    '7.2',
    'block-commit',
    { device: 'D', speed: 2n ** 64n },
    [
      'error out-of-range: `speed` of `block-commit` takes a 64-bit integer, and `18446744073709551616` is beyond these',
      'beyond 64 bits',
    ],
  ],
  [
    '11.1',
    'block-job-pause',
    { device: 'j' },
    [
      'warning deprecated: `block-job-pause` is deprecated in QEMU 11.1.2',
      'deprecated',
      'use `job-pause`: its argument is `id`, which takes the same job-id',
    ],
  ],
  [
    '7.2',
    'x-blockdev-change',
    { parent: 'q' },
    [
      'note unstable: `x-blockdev-change` is unstable in QEMU 7.2.22: it may change, or go, in any release',
      'unstable',
    ],
  ],
])('QEMU %s, %s', (version, command, args, words) => {
  expect(told(version, command, args)).toEqual(words);
});
