import { nodesOfFile } from './file-users.ts';
import type { Attachment, BlockGraph, BlockJob, BlockNode, NodeName } from './graph.ts';
import { hasEnded, isActiveCommit } from './job.ts';
import { between, filterOf, holdsNodes } from './job-nodes.ts';
import { childrenOf, nodesUsing } from './users.ts';

const READ = 1;
const WRITE = 2;
const UNCHANGED = 4;
const RESIZE = 8;
const ALL = 15;
const NAMES = ['consistent read', 'write', 'write unchanged', 'resize'] as const;

/** What a user of a node does with it, and what it lets others do meanwhile, in QEMU's four permissions. */
export interface Use {
  /** The user as QEMU's messages call it. */
  readonly user: string;
  /** What it uses the node as: `root`, `backing`, `file`, … */
  readonly role: string;
  readonly needs: number;
  readonly shares: number;
}

/** Two users of one node that do not go together, or a user that writes what can't be written. */
export type Conflict =
  | {
      readonly kind: 'users';
      readonly node: NodeName;
      readonly wants: Use;
      readonly denies: Use;
      readonly what: string;
    }
  | {
      readonly kind: 'read-only';
      readonly node: NodeName;
      readonly writer: Use;
      readonly wasWritable: boolean;
    }
  | {
      readonly kind: 'file';
      readonly node: NodeName;
      readonly other: NodeName;
      readonly shared: boolean;
      readonly what: string;
    };

/** QEMU's names of a set of permissions. */
function namesOf(permissions: number): string {
  return NAMES.filter((_, bit) => permissions & (1 << bit)).join(', ');
}

/**
 * The first conflict that a change brings: in one of these nodes or below, as far down as what is asked of a node is not as
 * it was. A node or an access that is not known causes none. `passing` are uses that last no longer than the command.
 */
export function conflictIn(
  before: BlockGraph,
  after: BlockGraph,
  names: readonly NodeName[],
  passing: readonly (readonly [NodeName, Use])[] = [],
): Conflict | undefined {
  const [was, now] = [
    permissionsOf(before),
    passing.length > 0 ? new Permissions(after, passing) : permissionsOf(after),
  ];
  const seen = new Set<NodeName>();
  const queue = [...names];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const node = after.nodes.get(name);
    if (!node || seen.has(name)) continue;
    seen.add(name);
    const conflict = now.conflictAt(node);
    if (conflict?.kind === 'read-only')
      return { ...conflict, wasWritable: before.nodes.get(name)?.readOnly === false };
    if (conflict) return conflict;
    for (const child of childrenOf(node)) {
      if (!sameUses(was.edges(before.nodes.get(name), child), now.edges(node, child))) queue.push(child);
    }
  }
  return undefined;
}

/** Whether somebody reads a node and counts on what it finds: a mirror's target is written to only. */
export function isRead(graph: BlockGraph, name: NodeName): boolean {
  return (permissionsOf(graph).total(name).needs & READ) !== 0;
}

/** Whether somebody writes to a node from above or from outside. */
export function isWritten(graph: BlockGraph, name: NodeName): boolean {
  return (permissionsOf(graph).total(name).needs & WRITE) !== 0;
}

/** Why a node can't be resized for a moment, where a user of it does not share that. */
export function conflictOfResize(graph: BlockGraph, node: BlockNode): Conflict | undefined {
  const wants: Use = { user: 'an unnamed block device', role: 'root', needs: RESIZE, shares: ALL };
  return conflictIn(graph, graph, [node.name], [[node.name, wants]]);
}

/** The graphs that were asked about last: one command's graph after it is the next one's before. */
const recent: { readonly graph: BlockGraph; readonly permissions: Permissions }[] = [];
const REMEMBERED = 2;

function permissionsOf(graph: BlockGraph): Permissions {
  const { nodes, attachments, jobs } = graph;
  const known = recent.find(
    ({ graph: one }) => one.nodes === nodes && one.attachments === attachments && one.jobs === jobs,
  );
  if (known) return known.permissions;
  const permissions = new Permissions(graph);
  recent.unshift({ graph, permissions });
  recent.length = Math.min(recent.length, REMEMBERED);
  return permissions;
}

function sameUses(one: readonly Use[], other: readonly Use[]): boolean {
  return (
    one.length === other.length &&
    one.every((use, at) => use.needs === other[at]?.needs && use.shares === other[at]?.shares)
  );
}

/** What each node of one graph is used for. */
class Permissions {
  readonly #graph: BlockGraph;
  readonly #uses = new Map<NodeName, readonly Use[]>();
  readonly #ofJobs = new Map<NodeName, Use[]>();

  constructor(graph: BlockGraph, passing: readonly (readonly [NodeName, Use])[] = []) {
    this.#graph = graph;
    const uses = [...graph.jobs.values()].flatMap(job => usesOfJob(graph, job));
    for (const [name, use] of [...passing, ...uses]) {
      const others = this.#ofJobs.get(name);
      if (others) others.push(use);
      else this.#ofJobs.set(name, [use]);
    }
  }

  conflictAt(node: BlockNode): Conflict | undefined {
    const uses = this.of(node.name);
    const { needs, shares } = this.total(node.name);
    // Of many users no two need to be looked at where none needs what any denies.
    for (const denies of needs & ~shares ? uses : []) {
      for (const wants of uses) {
        const what = wants.needs & ~denies.shares;
        if (wants !== denies && what)
          return { kind: 'users', node: node.name, wants, denies, what: namesOf(what) };
      }
    }
    const writer =
      node.readOnly === true && !node.filter && uses.find(use => use.needs & (WRITE | UNCHANGED));
    if (writer) return { kind: 'read-only', node: node.name, writer, wasWritable: false };
    return node.driver === 'file' && node.filename !== undefined
      ? this.#lock(node, node.filename)
      : undefined;
  }

  /** Two nodes that open one file meet in its locks. */
  #lock(node: BlockNode, filename: string): Conflict | undefined {
    const own = this.total(node.name);
    const others: [NodeName, { needs: number; shares: number }][] = [];
    for (const other of nodesOfFile(this.#graph, filename)) {
      if (other.driver === 'file' && other.filename === filename && other.name !== node.name)
        others.push([other.name, this.total(other.name)]);
    }
    for (const shared of [false, true]) {
      for (let bit = 1; bit < ALL; bit <<= 1) {
        for (const [name, other] of others) {
          const clash = shared ? other.needs & ~own.shares : own.needs & ~other.shares;
          if (clash & bit) return { kind: 'file', node: node.name, other: name, shared, what: namesOf(bit) };
        }
      }
    }
    return undefined;
  }

  of(name: NodeName): readonly Use[] {
    const known = this.#uses.get(name);
    if (known) return known;
    for (const above of this.#unknownAbove(name)) if (!this.#uses.has(above)) this.#learn(above);
    return this.#learn(name);
  }

  #learn(name: NodeName): readonly Use[] {
    // Until it is known the node counts as unused: a cycle ends.
    this.#uses.set(name, []);
    const graph = this.#graph;
    const uses = [
      ...(this.#ofJobs.get(name) ?? []),
      ...nodesUsing(graph, name).flatMap(parent => this.edges(parent, name)),
      ...graph.attachments
        .filter(item => item.node === name && !item.idle && !isTwin(graph, item))
        .map(useOf),
    ];
    this.#uses.set(name, uses);
    return uses;
  }

  /** What is above a node and not known yet, the uppermost first: a chain is longer than the stack is deep. */
  #unknownAbove(name: NodeName): NodeName[] {
    const above = new Set<NodeName>();
    const next = [name];
    for (let below = next.pop(); below !== undefined; below = next.pop()) {
      for (const { name: user } of nodesUsing(this.#graph, below)) {
        if (user === name || above.has(user) || this.#uses.has(user)) continue;
        above.add(user);
        next.push(user);
      }
    }
    return [...above].reverse();
  }

  total(name: NodeName): { needs: number; shares: number } {
    const total = { needs: 0, shares: ALL };
    for (const { needs, shares } of this.of(name)) {
      total.needs |= needs;
      total.shares &= shares;
    }
    return total;
  }

  /** What a node asks of one of its children, once for each role the child has. */
  edges(parent: BlockNode | undefined, child: NodeName): Use[] {
    if (!parent) return [];
    const roles = Object.entries(parent.children ?? {}).filter(([, name]) => name === child);
    const all = roles.map(([role]) => role);
    if (parent.backing === child && !all.includes('backing'))
      all.unshift(parent.filter ? 'filtered' : 'backing');
    if (all.length === 0) return [];
    const total = this.total(parent.name);
    return all.map(role => ({
      user: `node '${parent.name}'`,
      role: role === 'filtered' ? filteredRole(parent.driver) : role,
      ...this.#asked(parent, role, total),
    }));
  }

  #asked(parent: BlockNode, role: string, { needs, shares }: { needs: number; shares: number }) {
    if (role === 'filtered') return this.#throughFilter(parent, needs, shares);
    if (parent.driver === 'copy-before-write' || parent.driver === 'backup-top')
      return { needs: WRITE, shares: ALL & ~RESIZE };
    if (parent.filter || parent.driver === 'raw') return { needs, shares };
    // A quorum has no metadata of its own to write, but its children have to stay alike.
    if (parent.driver === 'quorum') return { needs, shares: shares & ~(WRITE | RESIZE) };
    if (role === 'backing') {
      return { needs: needs & READ, shares: shares & WRITE ? ALL : READ | UNCHANGED };
    }
    const writes = parent.readOnly === false ? WRITE | RESIZE : 0;
    return { needs: needs | READ | writes, shares: shares & ~(WRITE | RESIZE) };
  }

  #throughFilter({ name, driver }: BlockNode, needs: number, shares: number) {
    switch (driver) {
      case 'commit_top':
        return { needs: 0, shares: ALL };
      case 'mirror_top': {
        const jobs = [...this.#graph.jobs.values()];
        const commits = jobs.some(job => isActiveCommit(job) && filterOf(this.#graph, job) === name);
        return commits ? { needs: needs & ~READ, shares: shares | WRITE } : { needs, shares };
      }
      case 'copy-on-read':
        return { needs: needs | UNCHANGED, shares };
      case 'copy-before-write':
      case 'backup-top':
        return { needs: needs & WRITE ? needs | READ : needs, shares: shares & ~(WRITE | RESIZE) };
      default:
        return { needs, shares };
    }
  }
}

function filteredRole(driver: string | undefined): string {
  return driver === 'mirror_top' || driver === 'commit_top' || driver === 'backup-top' ? 'backing' : 'file';
}

/** A guest's device and the block backend behind it are one user. */
function isTwin(graph: BlockGraph, { kind, node }: Attachment): boolean {
  return kind === 'backend' && graph.attachments.some(item => item.kind === 'device' && item.node === node);
}

function useOf({ kind, id, writable, exportType }: Attachment): Use {
  const needs = READ | (writable ? WRITE : 0);
  const shares = kind === 'device' ? ALL & ~WRITE : exportType === 'nbd' ? ALL & ~RESIZE : ALL;
  const user =
    kind === 'device' ? id : kind === 'backend' && id ? `block device '${id}'` : 'an unnamed block device';
  return { user, role: 'root', needs, shares };
}

function usesOfJob(graph: BlockGraph, job: BlockJob): (readonly [NodeName, Use])[] {
  if (!holdsNodes(job) || !job.on) return [];
  const { device, target, 'base-node': base } = job.on;
  const uses: [NodeName, Use][] = [];
  const use = (name: NodeName | undefined, role: string, needs: number, shares: number) => {
    const user = role === 'root' ? 'an unnamed block device' : `${job.type} job '${job.id}'`;
    if (name !== undefined) uses.push([name, { user, role, needs, shares }]);
  };
  const main = filterOf(graph, job) ?? device;
  switch (job.type) {
    case 'mirror':
      use(main, 'main node', READ, ALL & ~RESIZE);
      use(device, 'source', 0, ALL & ~RESIZE);
      use(target, 'root', WRITE, UNCHANGED);
      break;
    case 'stream':
      use(main, 'main node', READ, ALL & ~RESIZE);
      use(device, 'active node', 0, ALL & ~RESIZE);
      for (const name of between(graph, job)) use(name, 'intermediate node', 0, READ | UNCHANGED);
      break;
    case 'commit': {
      for (const name of between(graph, job)) use(name, 'intermediate node', 0, UNCHANGED | WRITE);
      if (hasEnded(job.status)) break;
      const grows = job.grows ? RESIZE : 0;
      if (isActiveCommit(job)) {
        use(main, 'main node', READ, ALL & ~RESIZE);
        use(device, 'source', 0, ALL & ~RESIZE);
        use(base, 'root', WRITE | grows, READ | UNCHANGED | WRITE);
      } else use(base, 'root', READ | WRITE | grows, READ | UNCHANGED);
      break;
    }
  }
  return uses;
}
