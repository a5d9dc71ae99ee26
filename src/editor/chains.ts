import { attachedChains } from '../graph/attached.ts';
import { findDevice, overlaysOf } from '../graph/chain.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { Arrow, Colon, KeyOpen, KeyValue } from '../syntax/tokens.ts';
import type { Candidate } from './completion.ts';
import { readLiteral } from './literal.ts';
import { quoted, written } from './quoting.ts';
import type { Scene } from './scene.ts';
import { nodeNamed, nodes, paths, words } from './things.ts';
import type { Tokens } from './tokens.ts';

const ATTRIBUTES = [
  ['size', 'the size of the disk'],
  ['format', 'qcow2 or raw'],
  ['empty', 'whether it holds no data in a sandbox'],
] as const;

/** What goes on with a chain: its device, its images from the base up, what is said of one. */
export function chainCandidates(tokens: Tokens, scene: Scene): Candidate[] {
  const { typed } = scene;
  let device: string | undefined;
  let image: string | undefined;
  let isBehindImage = false;
  let count = 0;
  while (!tokens.done) {
    if (tokens.take(Arrow)) isBehindImage = false;
    else if (tokens.take(Colon)) {
      device = image;
      image = undefined;
      isBehindImage = false;
    } else if (tokens.ahead(KeyValue, KeyOpen)) {
      if (!isBehindImage) image = tokens.next()?.image.split('=')[0];
      else tokens.next();
      isBehindImage = true;
    } else {
      const { value } = readLiteral(tokens);
      if (!isBehindImage) image = typeof value === 'string' ? value : undefined;
      isBehindImage = true;
      count++;
    }
  }
  if (typed.key !== undefined) return attribute(typed.key, isBehindImage, scene);
  if (typed.form === 'text') return [];
  if (isBehindImage) {
    const keys = ATTRIBUTES.map(
      ([name, summary]): Candidate => ({ text: `${name}=`, summary, kind: 'argument', isOpen: true }),
    );
    return [...words(['<-'], 'what lies over it'), ...keys];
  }
  if (count === 0 || (device !== undefined && image === undefined)) return beginning(device, scene);
  return above(image, scene);
}

function attribute(key: string, isBehindImage: boolean, scene: Scene): Candidate[] {
  if (!isBehindImage) return paths(scene);
  if (key === 'format') return words(['qcow2', 'raw'], 'a format', 'value');
  return key === 'empty' ? words(['on', 'off'], '', 'value') : [];
}

/** A device, or a chain as it is now, whole or from its base. */
function beginning(device: string | undefined, scene: Scene): Candidate[] {
  const { graph } = scene.qemu;
  if (device !== undefined) {
    const chain = chainOn(graph, device);
    if (!chain) return nodes(scene);
    const whole = chain.map(name => written(name, scene.typed)).join(' <- ');
    const [base = ''] = chain;
    return [
      ...(chain.length > 1
        ? [{ text: whole, summary: 'the chain as it is now', kind: 'value' as const }]
        : []),
      ...nodes(scene, name => name === base || 'last'),
      ...words(['...'], 'any number of images'),
    ];
  }
  const exported = new Set(graph.attachments.flatMap(({ kind, id }) => (kind === 'export' ? [id] : [])));
  const users = [...attachedChains(graph)].sort(
    ([a], [b]) => Number(exported.has(a)) - Number(exported.has(b)),
  );
  const devices = users.map(([name, { nodes: chain }]): Candidate => {
    const text = `${/^[\w./-]+$/.test(name) ? name : quoted(name)}:`;
    return { text, summary: chain.join(' <- '), kind: 'device' };
  });
  return [...devices, ...nodes(scene, name => graph.nodes.get(name)?.backing === null || 'last')];
}

function chainOn(graph: BlockGraph, device: string): readonly string[] | undefined {
  const known = attachedChains(graph).get(device)?.nodes;
  if (known) return known;
  const attachment = findDevice(graph, device);
  return [...attachedChains(graph).values()].find(({ nodes: chain }) => chain.at(-1) === attachment?.node)
    ?.nodes;
}

function above(image: string | undefined, scene: Scene): Candidate[] {
  const overlays = new Set(image === undefined ? [] : overlaysOf(scene.qemu.graph, nodeNamed(image, scene)));
  return [
    ...nodes(scene, name => (overlays.size === 0 ? 'last' : overlays.has(name))),
    ...words(['...'], 'any number of images'),
  ];
}
