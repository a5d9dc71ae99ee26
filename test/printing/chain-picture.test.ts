import { describe, expect, test } from 'vitest';
import { chainPictures, changedPictures, pictureText } from '../../src/graph/chain-picture.ts';
import type { BlockGraph, BlockJob, BlockNode } from '../../src/graph/graph.ts';
import { chainSvg } from '../../src/printing/chain-svg.ts';
import { markup } from '../../src/printing/markup.ts';
import { columnsOf, cutMiddle } from '../../src/text/columns.ts';

const image = (name: string, backing: string | null, facts: Partial<BlockNode> = {}): BlockNode => ({
  name,
  backing,
  driver: 'qcow2',
  filename: `/images/${name}.qcow2`,
  size: 64 << 20,
  ...facts,
});
const filter = (name: string, driver: string, backing: string): BlockNode => ({
  name,
  driver,
  backing,
  filter: true,
});
const graphOf = (nodes: readonly BlockNode[], jobs: readonly BlockJob[] = []): BlockGraph => ({
  nodes: new Map(nodes.map(node => [node.name, node])),
  attachments: [{ kind: 'device', id: 'disk0', node: nodes[0]?.name ?? '' }],
  jobs: new Map(jobs.map(job => [job.id, job])),
  complete: true,
});
const job = (facts: Partial<BlockJob>): BlockJob => ({
  id: 'j',
  type: 'commit',
  status: 'running',
  ...facts,
});

describe('a graph as pictures', () => {
  test('a chain with its user, base first, and what is known of each image', () => {
    const bitmap = { name: 'b0', granularity: 65536, recording: true, busy: false, persistent: true };
    expect(
      chainPictures(graphOf([image('B', 'A', { bitmaps: [bitmap] }), image('A', null, { invalid: 'why' })])),
    ).toEqual([
      {
        top: 'B',
        users: [{ kind: 'device', name: 'disk0' }],
        ends: true,
        jobs: [],
        images: [
          { node: 'A', file: '/images/A.qcow2', format: 'qcow2', size: '64M', invalid: 'why' },
          {
            node: 'B',
            file: '/images/B.qcow2',
            format: 'qcow2',
            size: '64M',
            bitmaps: [{ name: 'b0', recording: true, busy: false, persistent: true }],
          },
        ],
      },
    ]);
  });

  test('filters are told with the image below them, the lowest first', () => {
    const nodes = [
      filter('t', 'throttle', 'm'),
      filter('m', 'mirror_top', 'B'),
      image('B', 'A'),
      image('A', null),
    ];
    const [picture] = chainPictures(graphOf(nodes));
    expect(picture?.images.map(({ node, filters }) => [node, filters])).toEqual([
      ['A', undefined],
      ['B', ['mirror_top', 'throttle']],
    ]);
  });

  test('an image that two chains share is drawn in the first, and named in the other', () => {
    const pictures = chainPictures(graphOf([image('B', 'A'), image('A', null), image('C', 'A')]));
    expect(
      pictures.map(({ images }) => images.map(({ node, elsewhere = false }) => [node, elsewhere])),
    ).toEqual([
      [
        ['A', false],
        ['B', false],
      ],
      [
        ['A', true],
        ['C', false],
      ],
    ]);
  });

  const three = [image('C', 'B'), image('B', 'A'), image('A', null), image('T', null)];
  test.each([
    ['a commit goes down', job({ on: { device: 'C', 'top-node': 'B', 'base-node': 'A' } }), [0, 1, 'base']],
    [
      'a commit of the active image',
      job({ on: { device: 'C', 'top-node': 'C', 'base-node': 'A' } }),
      [0, 2, 'base'],
    ],
    ['a stream goes up', job({ type: 'stream', on: { device: 'C', 'base-node': 'A' } }), [0, 2, 'active']],
    ['a mirror goes elsewhere', job({ type: 'mirror', on: { device: 'C', target: 'T' } }), [2, 2, undefined]],
  ])('%s', (_, running, expected) => {
    const [disk, target] = chainPictures(graphOf(three, [running]));
    expect(disk?.jobs.map(({ from, to, toward }) => [from, to, toward])).toEqual([expected]);
    const isCopy = running.type === 'mirror';
    expect(target?.jobs).toMatchObject(isCopy ? [{ id: 'j', isTarget: true }] : []);
  });

  test('a job that has ended is not drawn', () => {
    const ended = job({ status: 'concluded', on: { device: 'C', 'top-node': 'C', 'base-node': 'A' } });
    expect(chainPictures(graphOf(three, [ended]))[0]?.jobs).toEqual([]);
  });

  test('of two graphs only what differs is drawn', () => {
    const was = graphOf([image('B', 'A'), image('A', null), image('X', null)]);
    const is = graphOf([image('B', null), image('A', null), image('X', null)]);
    const { before, after } = changedPictures(was, is);
    expect(before.map(pictureText)).toEqual(['disk0: A <- B']);
    expect(after.map(pictureText)).toEqual(['disk0: B', 'A']);
    expect(changedPictures(was, { ...was })).toEqual({ before: [], after: [] });
  });

  test('chains that form a ring end', () => {
    const ring = [
      filter('f', 'throttle', 'g'),
      filter('g', 'throttle', 'f'),
      image('B', 'A'),
      image('A', 'B'),
    ];
    expect(chainPictures(graphOf(ring)).length).toBeGreaterThan(0);
  });
});

describe('a picture as SVG', () => {
  const svgOf = (graph: BlockGraph) => chainPictures(graph).map(chainSvg).join('');

  test('says in words what it shows', () => {
    const [svg = ''] = chainPictures(graphOf([image('B', 'A'), image('A', null)])).map(chainSvg);
    expect(svg).toMatch(
      /^<svg class="chain" role="img" viewBox="0 0 [\d.]+ [\d.]+" [^>]*><title>disk0: A &lt;- B</,
    );
  });

  test('has every name as text, whatever it holds', () => {
    const harm = '</text><script>"\'&\u001b\u202e\ud800';
    const svg = svgOf(graphOf([image(harm, null, { filename: `/x/${harm}`, invalid: harm })]));
    expect(svg).not.toMatch(/<script|[\u001b\u202e\ud800]/);
    expect(svg).toContain('&lt;script&gt;&quot;&#39;&amp;\\x1b\\u202e\\ud800');
  });

  test('a name that is too long is cut, and whole in a tooltip', () => {
    const name = `${'a'.repeat(60)}-end`;
    const svg = svgOf(graphOf([image(name, null, { filename: 'f' })]));
    expect(svg).toContain(`<title>${name}`);
    expect(svg).toMatch(/>a+…a+-end<\/text>/);
  });

  test('many images of which there is nothing to tell are one box', () => {
    const nodes = Array.from({ length: 30 }, (_, at) =>
      image(`n${30 - at}`, at === 29 ? null : `n${29 - at}`),
    );
    const svg = svgOf(graphOf(nodes));
    expect(svg).toContain('>28 images</text>');
    expect(svg.match(/class="image"/g)).toHaveLength(2);
  });

  test('an image without use is marked, a job has a band', () => {
    const work = job({ on: { device: 'B', 'top-node': 'B', 'base-node': 'A' }, status: 'ready' });
    const svg = svgOf(graphOf([image('B', 'A'), image('A', null, { invalid: 'x' })], [work]));
    expect(svg.match(/class="image invalid"/g)).toHaveLength(1);
    expect(svg).toContain('>j · commit · ready</text>');
    expect(svg.match(/class="tip"/g)).toHaveLength(1);
  });
});

describe('text in markup', () => {
  test('a text that has room is left alone', () => {
    expect(cutMiddle('abcdef', 6)).toBe('abcdef');
    expect(markup('a b')).toBe('a b');
  });

  test.each([
    ['abcdefghij', 7, 'abc…hij'],
    ['中文中文中文', 7, '中文…文'],
    ['a😀b😀c😀d😀e', 6, 'a😀b…e'],
  ])('%s in %i columns is %s', (text, room, cut) => {
    expect(cutMiddle(text, room)).toBe(cut);
    expect(columnsOf(cut)).toBeLessThanOrEqual(room);
  });
});
