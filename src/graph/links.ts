import { isObject, type JsonObject } from '../qmp/json.ts';
import type { DebugGraph } from './debug-graph.ts';
import { filteredChild } from './filter.ts';
import type { BlockNode, NodeName } from './graph.ts';

/** The children of each node by role; a node that is missing here has unknown children, one with none has none. */
export type Links = (name: NodeName) => Readonly<Record<string, NodeName>> | undefined;

/** The links that query-named-block-nodes lists as `children`, from QEMU 11.1 on. */
export function linksListed(listed: readonly JsonObject[]): Links {
  const links = new Map<NodeName, Record<string, NodeName>>();
  for (const node of listed) {
    const children: [string, NodeName][] = [];
    for (const item of Array.isArray(node['children']) ? node['children'] : []) {
      if (!isObject(item)) continue;
      const { child, 'node-name': name } = item;
      if (typeof child === 'string' && typeof name === 'string') children.push([child, name]);
    }
    if (typeof node['node-name'] === 'string') links.set(node['node-name'], Object.fromEntries(children));
  }
  return name => links.get(name);
}

/** The links that x-debug-query-block-graph shows; it tells of every node, so one without edges has no children. */
export function linksByEdges(debug: DebugGraph): Links {
  const links = new Map<NodeName, [string, NodeName][]>();
  for (const { parent, role, child } of debug.nodeEdges) {
    const children = links.get(parent);
    if (children) children.push([role, child]);
    else links.set(parent, [[role, child]]);
  }
  return name => Object.fromEntries(links.get(name) ?? []);
}

/**
 * The links that recorded backing file names tell, where exactly one image has that file open. Relative names are compared
 * as QEMU resolved them. What is ambiguous stays unknown.
 */
export function linksByFileName(listed: readonly JsonObject[], nodes: readonly BlockNode[]): Links {
  const images = new Map<string, BlockNode[]>();
  for (const node of nodes) {
    if (node.filter || isProtocol(node) || node.filename === undefined) continue;
    const others = images.get(node.filename);
    if (others) others.push(node);
    else images.set(node.filename, [node]);
  }
  const resolved = new Map<NodeName, string>();
  for (const node of listed) {
    const image = isObject(node['image']) ? node['image'] : {};
    const full = image['full-backing-filename'] ?? node['backing_file'];
    if (typeof full === 'string' && typeof node['node-name'] === 'string')
      resolved.set(node['node-name'], full);
  }
  const links = new Map<NodeName, Readonly<Record<string, NodeName>>>();
  for (const node of nodes) {
    const file = node.filter ? node.filename : resolved.get(node.name);
    if (file === undefined) {
      if (!node.filter) links.set(node.name, {});
      continue;
    }
    const [match, another] = (images.get(file) ?? []).filter(image => image.name !== node.name);
    if (match && !another) links.set(node.name, { backing: match.name });
  }
  return name => links.get(name);
}

// A protocol node shows the same file name as the image that is read through it.
function isProtocol(node: BlockNode): boolean {
  return (
    node.name.startsWith('#') &&
    (node.driver === 'file' || node.driver === 'host_device' || node.driver === 'nbd')
  );
}

/** The node with its links; without any knowledge of them its backing stays unknown. */
export function linkNode(
  node: BlockNode,
  children: Readonly<Record<string, NodeName>> | undefined,
): BlockNode {
  if (!children) return node;
  const backing = node.filter ? filteredChild(children) : (children['backing'] ?? null);
  // A filter's node is told once, as what it is backed by; an image can have one node as its backing and as its file.
  const others = Object.entries(children).filter(
    ([role, child]) => role !== 'backing' && !(node.filter && child === backing),
  );
  return {
    ...node,
    ...(backing === undefined ? {} : { backing }),
    ...(others.length > 0 ? { children: Object.fromEntries(others) } : {}),
  };
}
