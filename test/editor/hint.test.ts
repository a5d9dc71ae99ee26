import { expect, test } from 'vitest';
import { hint } from '../../src/editor/hint.ts';
import { world } from './some-world.ts';

test.each([
  ['commit |', 'TOP [base=…] [then pivot|cancel] [within DURATION]'],
  ['commit|', ' TOP [base=…] [then pivot|cancel] [within DURATION]'],
  ['commit C|', ' [base=…] [then pivot|cancel] [within DURATION]'],
  ['commit top=C base=A |', '[then pivot|cancel] [within DURATION]'],
  ['commit C then |', 'pivot|cancel [within DURATION]'],
  ['commit C then pivot |', '[within DURATION]'],
  ['commit C within |', 'DURATION [else cancel]'],
  ['commit C base=|', 'NODE'],
  ['mirror D sync=|', 'full|top|none'],
  ['start commit |', 'TOP [base=…]'],
  ['print 1; if status running { commit |', 'TOP [base=…] [then pivot|cancel] [within DURATION]'],
  ['bitmap |', 'add|remove|clear|enable|disable|merge'],
  ['snapshot D filename="f.qcow2"|', ' overlay=… [overwrite=…]'],
  ['proc f(a: node, b: size = 0) { }\nf |', 'A [b=…] [within DURATION]'],
  ['block-commit |', 'device=… [within DURATION]'],
  ['blockdev-add driver=qcow2 |', 'file=…'],
  ['chain |', '[DEVICE:] A <- B <- … <- D'],
  ['transaction |', '[completion-mode=grouped] { … } [within DURATION [else cancel]]'],
  [':save |', 'FILE'],
  ['explain commit C |', '[base=…] [then pivot|cancel] [within DURATION]'],
  ['comm|', ''],
  ['commit C ba|', ''],
  ['commit | base=A', ''],
  ['commit "C|', ''],
  ['# commit |', ''],
  ['commit # |', ''],
  ['{"execute": |', ''],
  ['|', ''],
])('%s', (marked, expected) => {
  const offset = marked.indexOf('|');
  expect(hint(marked.slice(0, offset) + marked.slice(offset + 1), offset, world)).toBe(expected);
});
