import { withNode } from '../graph/change.ts';
import { FILTER_DRIVERS, filteredChild } from '../graph/filter.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../graph/graph.ts';
import { isObject } from '../qmp/json.ts';
import { Arguments, type CommandModel, isRefusal } from './define.ts';
import { checkFree, checkNewName, madeUpName } from './find.ts';
import { refuse, unknownNode } from './refusals.ts';

const MAY_HAVE_BACKING = new Set(['qcow2', 'qcow', 'qed', 'vmdk', 'parallels']);
const CHILD_ROLES = ['file', 'backing', 'data-file', 'image', 'test', 'raw', 'log', 'target', 'children'];
const DEEPEST = 200;

/** Opens a node, which the monitor keeps until blockdev-del, and the nodes that its definition nests. */
export const blockdevAdd: CommandModel = {
  name: 'blockdev-add',
  apply(graph, args) {
    if (args.text('node-name') === undefined) {
      const said = args.has('node-name') || !graph.complete;
      return said
        ? graph
        : refuse('node-name-missing', 'node-name', 'A new node needs a `node-name`.', ['add node-name=NAME']);
    }
    const opened = open(graph, args, '', 'monitor', 0);
    return isRefusal(opened) ? opened : opened.graph;
  },
};

interface Opened {
  readonly graph: BlockGraph;
  readonly name: NodeName;
}

function open(
  before: BlockGraph,
  args: Arguments,
  path: string,
  owner: BlockNode['owner'],
  depth: number,
): Opened | Refusal {
  const given = args.text('node-name');
  const wrong = checkNewName(before, path ? `${path}.node-name` : 'node-name', given);
  if (wrong) return wrong;
  const name = given ?? madeUpName(before, path || 'node');
  const driver = args.text('driver');
  // The name is taken before the children are looked at, so that no child can be the node itself.
  let graph = withNode(before, { name });
  const children: Record<string, NodeName> = {};
  for (const role of CHILD_ROLES) {
    const child = openChild(graph, args.value(role), path ? `${path}.${role}` : role, name, depth);
    if (isRefusal(child)) return child;
    if (!child) continue;
    graph = child.graph;
    children[role] = child.name;
  }
  return { name, graph: withNode(graph, describe(graph, args, { name, owner, driver, children })) };
}

function openChild(
  graph: BlockGraph,
  definition: unknown,
  path: string,
  parent: NodeName,
  depth: number,
): Opened | Refusal | undefined {
  if (typeof definition === 'string' && definition !== '') {
    if (definition === parent)
      return refuse('node-in-use', path, `\`${definition}\` can't be its own child.`);
    const known = graph.nodes.has(definition);
    if (!known && graph.complete) return unknownNode(graph, path, definition);
    const held = checkFree(graph, path, definition);
    if (held) return held;
    return { name: definition, graph: known ? graph : withNode(graph, { name: definition }) };
  }
  if (!isObject(definition) || depth >= DEEPEST) return undefined;
  return open(graph, new Arguments(definition), path, 'implicit', depth + 1);
}

type Start = Pick<BlockNode, 'name'> & {
  readonly owner: BlockNode['owner'];
  readonly driver: string | undefined;
  readonly children: Readonly<Record<string, NodeName>>;
};

function describe(graph: BlockGraph, args: Arguments, { name, owner, driver, children }: Start): BlockNode {
  const filter = driver !== undefined && FILTER_DRIVERS.has(driver);
  const backing = filter ? filteredChild(children) : backingOf(args, driver, children);
  const { backing: _, ...others } = children;
  const below = graph.nodes.get((filter ? backing : undefined) ?? children['file'] ?? '');
  const filename = args.text('filename') ?? below?.filename;
  const size = args.integer('size') ?? (filter || driver === 'raw' ? below?.size : undefined);
  const readOnly = args.flag('read-only');
  const rest = Object.fromEntries(Object.entries(others).filter(([, child]) => child !== backing));
  return {
    name,
    ...(owner ? { owner } : {}),
    ...(driver === undefined ? {} : { driver }),
    ...(filename === undefined ? {} : { filename }),
    ...(size === undefined ? {} : { size }),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(backing === undefined ? {} : { backing }),
    ...(Object.keys(rest).length > 0 ? { children: rest } : {}),
    ...(filter ? { filter } : {}),
  };
}

function backingOf(
  args: Arguments,
  driver: string | undefined,
  children: Readonly<Record<string, NodeName>>,
) {
  if (children['backing'] !== undefined) return children['backing'];
  const given = args.value('backing');
  if (given === null || given === '') return null;
  // Without the argument QEMU opens what the image's header names, which can't be seen from here.
  return driver === undefined || MAY_HAVE_BACKING.has(driver) ? undefined : null;
}
