import { describe, expect, test } from 'vitest';
import { nothingCarried } from '../../src/compile/evaluate/context.ts';
import { complete } from '../../src/editor/complete.ts';
import { NodeDatum } from '../../src/statements/datum.ts';
import { offered, taken, world } from './some-world.ts';

/** Each text is offered exactly these, a `·` for a space; before `…` the first of them, behind it some more. */
const offers: Record<string, [marked: string, expected: string][]> = {
  verbs: [
    ['|', 'snapshot stream commit mirror backup …'],
    ['comm|', 'commit block-commit human-monitor-command …'],
    ['bitmap |', 'add remove clear enable disable merge'],
    ['bdm|', 'block-dirty-bitmap-merge'],
    ['COMM|', 'commit …'],
    ['start |', 'stream commit mirror backup transaction'],
    ['defer del E; transaction { |', 'snapshot backup bitmap·add …'],
    ['if status running { co|', 'commit …'],
    ['print 1\nco|', 'commit …'],
    ['@dst co|', 'commit …'],
    ['let x = str|', 'stream …'],
    ['expect error "busy" from str|', 'stream …'],
    ['@d|', '@dst'],
  ],
  'what the prompt takes beside them': [
    [':|', ':save :plan'],
    ['exp|', 'export·add export·del expect explain …'],
    [':plan o|', 'on off'],
    [':save a|', 'a.qcow2'],
    ['help condi|', 'conditions'],
    ['help block-dirty-bitmap-m|', 'block-dirty-bitmap-merge'],
    ['explain stream D base=|', 'C B A'],
    ['print 1; :|', ''],
    ['watch |', 'show query-accelerators …'],
    ['watch sh|', 'show'],
    ['watch co|', 'query-colo-status query-command-line-options query-commands …'],
    ['watch @d|', '@dst'],
    ['watch @dst query-block-j|', 'query-block-jobs'],
    ['watch show jo|', 'jobs'],
  ],
  nodes: [
    ['commit |', 'D C B "#block012" top= base='],
    ['commit top=|', 'D C B #block012'],
    ['commit top=C base=|', 'B A'],
    ['commit C base=|', 'B A'],
    ['commit base=A top=|', 'D C B #block012'],
    ['stream D base=|', 'C B A'],
    ['snapshot |', 'D E "#block012" node= overlay= filename= overwrite='],
    ['snapshot D overlay=|', 'E'],
    ['snapshot D filename=f.qcow2 overlay=|', ''],
    ['snapshot D overlay=| filename=f.qcow2', ''],
    ['mirror D target=|', 'E'],
    ['del |', 'E node='],
    ['del node=#|', ''],
    ['resize |', 'D C B A X E "#block012" node= size='],
    ['reopen B backing=|', 'A X E #block012 null'],
    ['create F backing=#block7|', '#block777'],
    ['@dst commit |', 'D C B top= base='],
    ['@dst { commit |', 'D C B top= base='],
    ['create N filename=n.qcow2 size=64M\nbackup D target=|', 'E N'],
    ['@nowhere commit top=C base=|', 'B A'],
  ],
  'other things': [
    ['pivot |', 'copy copying job='],
    ['cancel |', 'copy copying held asked job= force='],
    ['bitmap clear D name=|', 'b0 b1'],
    ['bitmap enable D name=|', 'b1'],
    ['bitmap add D name=|', ''],
    ['bitmap merge D target=b0 bitmaps=[|', 'b1'],
    ['export add D bitmaps=[b0, |', 'b1'],
    ['backup D bitmap=|', 'b0 b1'],
    ['backup C bitmap=|', ''],
    ['export del |', 'x0 id= mode='],
    ['create F filename=|', 'a.qcow2 "my·disk.qcow2" images/ "old·images/'],
    ['create F filename="my|', '"my·disk.qcow2"'],
    ['use "|', '"a.qcow2" "my·disk.qcow2" "images/ "old·images/'],
    ['mirror D sync=|', 'full top none'],
    ['mirror D overwrite=|', 'on off'],
    ['show |', 'chain nodes jobs bitmaps exports status'],
    ['show bitmaps b|', 'b0 b1 B'],
    ['show exports |', 'x0'],
    ['io |', 'disk0 disk1 x0 disk='],
  ],
  'arguments and what follows them': [
    ['commit C |', 'base= job-id= device= …'],
    ['mirror D |', 'target= sync= filename= …'],
    ['mirror D sy|', 'sync='],
    ['mirror D | sync=full', 'target= filename= …'],
    ['commit C base=A th|', 'then·pivot then·cancel'],
    ['commit C then |', 'pivot cancel'],
    ['stream D th|', ''],
    ['start commit C th|', ''],
    ['commit C then pivot |', 'within else'],
    ['commit C within |', '30s 5m 1h'],
    ['commit C within 5m |', 'else·cancel else'],
    ['transaction comp|', 'completion-mode='],
    ['transaction completion-mode=|', 'individual grouped'],
    ['add F driver=|', '… qcow2 …'],
    ['add F driver=qcow2 fil|', 'filename= file.driver= file= …'],
  ],
  'QMP commands': [
    ['block-commit device=D top-node=C base-node=|', 'B A'],
    ['blockdev-add |', 'driver= …'],
    ['blockdev-add driver=qcow2 |', 'file.driver= file= …'],
    ['blockdev-add driver=qcow2 file.driver=file |', 'file.filename= …'],
    ['blockdev-add driver=qcow2 file.driver=file file.f|', 'file.filename= file.force-share= …'],
    ['blockdev-add driver=qcow2 file.driver=file file.filename=a|', 'a.qcow2'],
    ['blockdev-add driver=qcow2 file=#b|', '#block012 #block777'],
    ['blockdev-add driver=quorum children.0.|', 'children.0.driver= …'],
    ['job-finalize id=|', 'asked'],
    ['job-dismiss id=|', 'done'],
    ['job-resume id=|', 'held copy copying'],
    ['block-export-del id=|', 'x0'],
    ['blockdev-mirror device=D copy-mode=|', 'background write-blocking'],
    ['block_resize node-name=E size=|', ''],
  ],
  JSON: [
    ['{|', '"execute":·  "arguments":·  "id":·'],
    ['{"execute": "bdm|', '"block-dirty-bitmap-merge"'],
    ['{"execute": "block-commit", "arguments": {|', '"device":· …'],
    ['{"execute": "block-commit", "arguments": {"device": "D", "on-err|', '"on-error":·'],
    ['{"execute": "block-commit", "arguments": {"on-error": |', '"report" "ignore" "enospc" "stop" "auto"'],
    ['{"execute": "blockdev-add", "arguments": {"driver": "file", "file|', '"filename":·'],
    ['blockdev-add driver=qcow2 file={"driver": "file", "read-only": |', 'true false'],
    ['blockdev-add driver=qcow2 file={"driver": "fi|', '"file"'],
  ],
  chains: [
    ['chain |', 'disk0: disk1: x0: A X E …'],
    ['chain disk0: |', 'A·<-·B·<-·C·<-·D A …'],
    ['expect chain disk0: A <- |', 'B ...'],
    ['expect chain disk0: A <- B |', '<- size= format= empty='],
    ['chain A format=|', 'qcow2 raw'],
  ],
  conditions: [
    ['expect |', 'error chain no·jobs job status identical not len('],
    ['wait |', 'copy copying held done asked all event chain …'],
    ['if |', 'chain no·jobs …'],
    ['expect no |', 'jobs'],
    ['expect job copy |', 'created running paused ready …'],
    ['wait copy |', 'ready pending concluded …'],
    ['wait copy ready |', 'within else'],
    ['expect status run|', 'running'],
    ['expect query-status|', 'query-status …'],
    ['expect query-status.st|', 'query-status.status'],
    ['expect not query-status|', 'query-status …'],
    ['wait len($x) > 3 w|', 'within'],
    ['if len(query-jo|', 'query-jobs …'],
    ['if status running { } |', 'else'],
    ['if status running { } else |', 'if'],
    ['wait event BLOCK_JOB_R|', 'BLOCK_JOB_READY'],
    ['wait event JOB_STATUS_CHANGE |', 'where within else'],
    ['wait event JOB_STATUS_CHANGE where |', 'id= status='],
    ['wait event JOB_STATUS_CHANGE where status=con|', 'concluded'],
    ['expect error "x" |', 'from'],
  ],
  'values and reuse': [
    ['param x: |', 'node device job bitmap …'],
    ['proc f(a: node, b: si|', 'size'],
    ['for x |', 'in'],
    ['let x = 5; print $|', '$x'],
    ['let x = 5\nprint "${|', 'x}'],
    ['let x = 5\nprint ${|', '$x'],
    ['let x = 5; print ${x|', '$x'],
    ['let x = 5; commit base=${|', '$x'],
    ['create N filename=n.qcow2 size=1G\nprint $N.|', '$N.filename $N.size'],
    ['$ |', 'qemu-img qemu-io qemu-nbd'],
    ['$ qemu-img info a|', 'a.qcow2'],
    ['proc f(a: node, speed: size = 0) { }\nf |', 'D C B A X E "#block012" a= speed='],
  ],
  'where there is nothing to say': [
    ['# comm|', ''],
    ['commit C # th|', ''],
    ['print "comm|', ''],
    ['commit "C"|', ''],
    ['nonsense |', ''],
    ['commit C) |', ''],
  ],
};

describe.each(Object.entries(offers))('%s', (_, cases) => {
  test.each(cases)('%s', (marked, expected) => {
    const found = offered(marked).map(({ text }) => text.replaceAll(' ', '·'));
    const [first = '', more] = expected.split('…');
    const wanted = first.split(' ').filter(word => word !== '');
    expect(more === undefined ? found : found.slice(0, wanted.length)).toEqual(wanted);
    for (const word of more?.split(' ') ?? []) if (word !== '') expect(found).toContain(word);
  });
});

test('what was begun is replaced, to its end', () => {
  expect(taken('comm| C', 'commit')).toBe('commit C');
  expect(taken('com|mit C', 'commit')).toBe('commit C');
  expect(taken('commit top=C ba|se=A', 'base=')).toBe('commit top=C base=A');
  expect(taken('commit top=|C base=A', 'D')).toBe('commit top=D base=A');
  expect(taken('create F filename="m|y" size=1', '"my disk.qcow2"')).toBe(
    'create F filename="my disk.qcow2" size=1',
  );
});

test('each candidate says what it is', () => {
  const summaryOf = (marked: string, text: string) =>
    offered(marked).find(item => item.text === text)?.summary;
  expect(summaryOf('stream D base=|', 'C')).toBe('qcow2, 64M, c.qcow2');
  expect(summaryOf('commit |', 'D')).toBe('qcow2, 64M, d.qcow2; disk0, x0 uses it');
  expect(summaryOf('pivot |', 'copy')).toBe('mirror, ready');
  expect(summaryOf('commit C |', 'base=')).toBe(
    'the image that takes the data; without it the end of the chain',
  );
  expect(summaryOf('change-b|', 'change-backing-file')).toBe('QMP command');
  expect(summaryOf('drive-b|', 'drive-backup')).toBe('QMP command, deprecated');
  expect(summaryOf('bitmap enable D name=|', 'b1')).toBe('disabled, persistent');
});

test('what earlier entries left is known', () => {
  const carried = nothingCarried(new Date(0));
  carried.scope.bind('done', { id: 'commit0', dropped: ['b.qcow2'] });
  carried.scope.bindNode('top', new NodeDatum('top', '#block012', { size: 1 }));
  const later = { ...world, carried };
  const texts = (marked: string) => offered(marked, later).map(({ text }) => text);
  expect(texts('print $|')).toEqual(['$now', '$done', '$top']);
  expect(texts('print $done.|')).toEqual(['$done.id', '$done.dropped']);
  expect(texts('print $top.f|')).toEqual(['$top.filename']);
  expect(texts('commit t|')).toEqual(['top', 'top=']);
  expect(texts('commit top base=|')).toEqual(['X']);
});

test('an offset outside of the text is taken to the nearest one', () => {
  expect(complete('comm', 99, world)).toMatchObject({ start: 0, end: 4 });
  expect(complete('comm', -1, world)).toMatchObject({ start: 0, end: 0 });
  expect(complete('', Number.NaN, world).candidates.length).toBeGreaterThan(0);
});
