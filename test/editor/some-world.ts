import { complete } from '../../src/editor/complete.ts';
import type { Candidate } from '../../src/editor/completion.ts';
import type { EditorWorld, PromptWord } from '../../src/editor/world.ts';
import type { Attachment, BlockGraph, BlockJob, BlockNode, DirtyBitmap } from '../../src/graph/graph.ts';
import { abcd, graphOf } from '../graph/some-graph.ts';
import { bundled } from '../qapi/bundled.ts';

const commands: readonly PromptWord[] = [
  { name: ':save', summary: 'Save the session as a script', form: 'FILE', takes: 'path' },
  { name: ':plan', summary: 'Show instead of sending', form: 'on|off', takes: ['on', 'off'] },
  { name: 'help', summary: 'Tell of a statement', form: '[TOPIC]', takes: 'topic' },
  { name: 'explain', summary: 'Show what would be sent', form: 'STATEMENT', takes: 'statement' },
  { name: 'watch', summary: 'Ask again and again', form: 'STATEMENT', takes: 'query' },
];

const files = ['a.qcow2', 'my disk.qcow2', 'images/', 'old images/'];

function bitmap(name: string, recording = true): DirtyBitmap {
  return { name, recording, busy: false, persistent: true };
}

const jobs: readonly BlockJob[] = [
  { id: 'copy', type: 'mirror', status: 'ready' },
  { id: 'copying', type: 'mirror', status: 'running' },
  { id: 'held', type: 'backup', status: 'paused' },
  { id: 'done', type: 'stream', status: 'concluded' },
  { id: 'asked', type: 'backup', status: 'pending', autoFinalize: false },
];

/**
 * `A <- B <- C <- D` for disk0, with a protocol node below D and bitmaps in it; `X <- Y` for disk1, whose top has the name that
 * QEMU made up; a free node E; an export of D; a job in each state that matters.
 */
function graph(): BlockGraph {
  const base = graphOf(
    [
      ['D', 'C'],
      ['C', 'B'],
      ['B', 'A'],
      ['A', null],
      ['#block012', 'X'],
      ['X', null],
      ['E', null],
      { name: '#block777', driver: 'file', filename: '/images/d.qcow2', size: 196616 },
    ],
    { disk0: 'D', disk1: '#block012' },
  );
  const top = base.nodes.get('D') as BlockNode;
  const more = { children: { file: '#block777' }, bitmaps: [bitmap('b0'), bitmap('b1', false)] };
  const exported: Attachment = { kind: 'export', id: 'x0', node: 'D', exportType: 'nbd' };
  return {
    ...base,
    nodes: new Map([...base.nodes, ['D', { ...top, ...more }]]),
    attachments: [...base.attachments, exported],
    jobs: new Map(jobs.map(job => [job.id, job])),
  };
}

const schema = bundled('newest');

export const world: EditorWorld = {
  schema,
  graph: graph(),
  endpoints: new Map([['dst', { schema, graph: abcd }]]),
  commands,
  paths: prefix => files.filter(name => name.startsWith(prefix)),
};

/** What is offered at the `|` of a text. */
export function offered(marked: string, at: EditorWorld = world): readonly Candidate[] {
  const offset = marked.indexOf('|');
  return complete(marked.slice(0, offset) + marked.slice(offset + 1), offset, at).candidates;
}

/** The text once a candidate has been put in the place of what was typed at the `|`. */
export function taken(marked: string, text: string, at: EditorWorld = world): string {
  const offset = marked.indexOf('|');
  const whole = marked.slice(0, offset) + marked.slice(offset + 1);
  const { start, end } = complete(whole, offset, at);
  return whole.slice(0, start) + text + whole.slice(end);
}
