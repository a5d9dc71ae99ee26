import { expect, test } from 'vitest';
import { highlight } from '../../src/editor/highlight.ts';
import { world } from './some-world.ts';

/** A text as its pieces and their styles. */
function painted(text: string): string {
  return highlight(text, world)
    .map(({ start, end, style }) => `${text.slice(start, end)}:${style}`)
    .join(' ');
}

test.each([
  ['commit C base=A # then', 'commit:verb C:node base:key =:operator A:node # then:comment'],
  ['commti C', 'commti:unknown C:node'],
  ['start stream D speed=10M', 'start:verb stream:verb D:node speed:key =:operator 10M:number'],
  ['commit D then pivot within 1h', 'commit:verb D:node then:word pivot:word within:word 1h:number'],
  ['bitmap add D name=b0', 'bitmap:verb add:verb D:node name:key =:operator b0:value'],
  ['bitmap ad D', 'bitmap:verb ad:unknown D:node'],
  ['query-jobs', 'query-jobs:verb'],
  ['let x = query-jobs', 'let:verb x:value =:operator query-jobs:verb'],
  ['let x = 64K', 'let:verb x:value =:operator 64K:number'],
  ['print "a ${x}" $x.size', 'print:verb "a ${x}":string $x.size:variable'],
  ['print "a', 'print:verb "a:error'],
  ["print 'a'", "print:verb 'a':error"],
  ['print `', 'print:verb `:error'],
  ['expect chain disk0: A <- B', 'expect:verb chain:word disk0:value ::operator A:node <-:operator B:node'],
  ['if not $x == 1 {\n  nope\n}', 'if:verb not:word $x:variable ==:operator 1:number nope:unknown'],
  ['expect error "busy" from del A', 'expect:verb error:word "busy":string from:word del:verb A:node'],
  ['@dst { del A }', '@dst:word del:verb A:node'],
  ['proc f(a: node) { }; f A', 'proc:verb f:word a:value ::operator node:value f:verb A:node'],
  ['{"execute": "stop", "id": 1}', '"execute":key ::operator "stop":string "id":key ::operator 1:number'],
  ['$ qemu-img info "a b" > c', '$:verb qemu-img:verb info:value "a b":value >:value c:value'],
  ['(QEMU) query-jobs', '(QEMU):comment query-jobs:verb'],
  [':save a.qcow2', ':save:command a.qcow2:value'],
  [':sav', ':sav:unknown'],
  ['explain del A', 'explain:command del:verb A:node'],
  ['help commit', 'help:command commit:value'],
  ['del A; help', 'del:verb A:node help:unknown'],
  ['## help\n# more', '## help:comment # more:comment'],
  ['', ''],
])('%s', (text, expected) => {
  expect(painted(text)).toBe(expected);
});
