// What a keypress costs at a prompt on a graph of 200 nodes: completion at places of each kind, the colours of 100 lines, and
// the signature behind the cursor.
import { performance } from 'node:perf_hooks';
import { complete } from '../../src/editor/complete.ts';
import { isOpen } from '../../src/editor/entry.ts';
import { highlight } from '../../src/editor/highlight.ts';
import { hint } from '../../src/editor/hint.ts';
import type { EditorWorld } from '../../src/editor/world.ts';
import type { Attachment, BlockNode } from '../../src/graph/graph.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 200);
const schema = loadSnapshot('newest', 'system');
if (!schema) throw new Error('no bundled schema');

/** Five chains of 20 images, each image with a protocol node of its own. */
function someWorld(): EditorWorld {
  const nodes = new Map<string, BlockNode>();
  const attachments: Attachment[] = [];
  for (let chain = 0; chain < 5; chain++) {
    for (let at = 0; at < 20; at++) {
      const name = `disk${chain}-${at}`;
      const file = `#block${chain * 100 + at}`;
      const backing = at === 0 ? null : `disk${chain}-${at - 1}`;
      nodes.set(file, { name: file, driver: 'file', filename: `/images/${name}.qcow2` });
      nodes.set(name, { name, driver: 'qcow2', size: 2 ** 30, backing, children: { file } });
    }
    attachments.push({ kind: 'device', id: `disk${chain}`, node: `disk${chain}-19` });
  }
  return {
    schema: schema as NonNullable<typeof schema>,
    graph: { nodes, attachments, jobs: new Map(), complete: true },
  };
}

const world = someWorld();
const lines = [
  'commit top=disk0-9 base=disk0-0 speed=10M # the older half',
  'let jobs = query-jobs',
  'if len($jobs) > 0 { print "they are ${jobs}" }',
  'snapshot disk1-19 overlay=new filename="new image.qcow2"',
];
const script = Array.from({ length: 100 }, (_, at) => lines[at % lines.length]).join('\n');

function measure(what: string, act: () => unknown): void {
  for (let round = 0; round < ROUNDS / 4; round++) act();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    act();
    times.push(performance.now() - start);
  }
  times.sort((one, other) => one - other);
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(2).padStart(7);
  console.log(`${what.padEnd(48)} median ${at(0.5)} ms   95 % ${at(0.95)} ms`);
}

for (const text of [
  '',
  'b',
  'commit ',
  'commit top=disk0-15 base=',
  'mirror disk0-19 target=',
  'blockdev-add driver=qcow2 ',
  'blockdev-add driver=qcow2 file.driver=',
  '{"execute": "block-',
])
  measure(`complete ${JSON.stringify(text)}`, () => complete(text, text.length, world));
measure('complete at the end of 100 lines', () => complete(`${script}\ncommit `, script.length + 8, world));
measure('highlight 100 lines', () => highlight(script, world));
measure('highlight one line', () => highlight(lines[0] ?? '', world));
measure('hint', () => hint('commit disk0-9 ', 15, world));
measure('isOpen of 100 lines', () => isOpen(script));
