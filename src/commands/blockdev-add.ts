import { withNode } from '../graph/change.ts';
import type { BlockGraph, BlockNode, NodeName, Refusal } from '../graph/graph.ts';
import { tellingOptions } from '../graph/node-options.ts';
import { isObject } from '../qmp/json.ts';
import { Arguments, type CommandModel, isRefusal } from './define.ts';
import { whileOpeningBacking } from './images/open-backing.ts';
import { describeNode } from './images/open-image.ts';
import { checkNewName, madeUpName } from './rules/find.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { refuse, unknownNode } from './rules/refusals.ts';

/** The members of a definition that are nodes. */
export const CHILD_ROLES = [
  'file',
  'backing',
  'data-file',
  'image',
  'test',
  'raw',
  'log',
  'target',
  'children',
];
const DEEPEST = 200;

/** Opens a node, which the monitor keeps until blockdev-del, and the nodes that its definition nests. */
export const blockdevAdd: CommandModel = {
  name: 'blockdev-add',
  reads: ['backing', 'file'],
  apply(graph, args) {
    if (args.text('node-name') === undefined) {
      const said = args.has('node-name') || !graph.complete;
      return said
        ? graph
        : saidByQemu(
            refuse('node-name-missing', 'node-name', 'A new node needs a `node-name`.', [
              'add node-name=NAME',
            ]),
            "'node-name' must be specified for the root node",
          );
    }
    const opened = open(graph, args, { path: '', owner: 'monitor', depth: 0, readOnly: false });
    return isRefusal(opened) ? opened : opened.graph;
  },
};

interface Opened {
  readonly graph: BlockGraph;
  readonly name: NodeName;
}

/** Where a definition stands; `readOnly` is what it is without a word of its own. */
interface Place {
  readonly path: string;
  readonly owner: BlockNode['owner'];
  readonly depth: number;
  readonly readOnly: boolean | undefined;
}

function open(before: BlockGraph, args: Arguments, place: Place): Opened | Refusal {
  const { path, owner } = place;
  const given = args.text('node-name');
  const wrong = checkNewName(before, within(path, 'node-name'), given);
  if (wrong) return wrong;
  const name = given ?? madeUpName(before, path || 'node');
  const readOnly = accessOf(args, place.readOnly);
  // The name is taken before the children are looked at, so that no child can be the node itself.
  let graph = withNode(before, { name });
  const children: Record<string, NodeName> = {};
  for (const [role, value] of childrenIn(args)) {
    const inside = {
      path: within(path, role),
      depth: place.depth + 1,
      readOnly: role === 'backing' ? true : readOnly,
    };
    const child = openChild(graph, value, name, { ...inside, owner: 'implicit' });
    if (isRefusal(child)) return role === 'backing' ? whileOpeningBacking(child) : child;
    if (!child) continue;
    graph = child.graph;
    children[role] = child.name;
  }
  const opened = describeNode(graph, args, { name, owner, children, readOnly }, path);
  if (isRefusal(opened)) return opened;
  const options = tellingOptions(args.value('cache'), args.value('detect-zeroes'));
  return { name, graph: withNode(opened.graph, { ...opened.node, ...(options ? { options } : {}) }) };
}

/** What a definition says of its children, by their roles; those of a quorum are numbered. */
function childrenIn(args: Arguments): (readonly [role: string, value: unknown])[] {
  const voting = args.value('children');
  return [
    ...CHILD_ROLES.map(role => [role, args.value(role)] as const),
    ...(Array.isArray(voting) ? voting.map((value, at) => [`children.${at}`, value] as const) : []),
  ];
}

function within(path: string, member: string): string {
  return path ? `${path}.${member}` : member;
}

// With auto-read-only a file that can't be written is opened read-only, which can't be seen from here.
function accessOf(args: Arguments, otherwise: boolean | undefined): boolean | undefined {
  const readOnly = args.has('read-only') ? args.flag('read-only') : otherwise;
  return readOnly === false && args.flag('auto-read-only') === true ? undefined : readOnly;
}

function openChild(
  graph: BlockGraph,
  definition: unknown,
  parent: NodeName,
  place: Place,
): Opened | Refusal | undefined {
  if (typeof definition === 'string' && definition !== '') {
    const { path } = place;
    if (definition === parent)
      return refuse('node-in-use', path, `\`${definition}\` can't be its own child.`);
    const known = graph.nodes.has(definition);
    if (!known && graph.complete) {
      const desc = `Cannot find device='${definition}' nor node-name='${definition}'`;
      return saidByQemu(unknownNode(graph, path, definition), desc);
    }
    return { name: definition, graph: known ? graph : withNode(graph, { name: definition }) };
  }
  if (!isObject(definition) || place.depth >= DEEPEST) return undefined;
  return open(graph, new Arguments(definition), place);
}
