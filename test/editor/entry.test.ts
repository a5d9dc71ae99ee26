import { expect, test } from 'vitest';
import { isOpen } from '../../src/editor/entry.ts';

test.each([
  'if status running {',
  'if status running {\n  del A',
  'if status running { del A } else {',
  '@dst {',
  'proc f(a: node,',
  'expect (1 ==',
  'expect (1',
  '{',
  '{"execute": "stop"',
  '{"execute":',
  'blockdev-add {"driver":',
  'file={',
  'bitmap merge D target=b0 bitmaps=[b0,',
  'commit C \\',
  'for x in $list {\n  print "a }"',
])('%j goes on', text => {
  expect(isOpen(text.startsWith('file=') ? `blockdev-add ${text}` : text)).toBe(true);
});

test.each([
  '',
  'commit C',
  'commit C \\\n base=A',
  'if status running { del A }',
  'if {',
  'print "a',
  'print "a\\',
  '# {',
  '# a \\',
  'print "{"',
  '}',
  'commit C, {',
  '{"execute": "stop',
  '{"execute": "stop"}',
])('%j does not', text => {
  expect(isOpen(text)).toBe(false);
});
