import { chainOf } from './chain.ts';
import type { BlockGraph, BlockJob, JobStatus, NodeName } from './graph.ts';

export type JobVerb =
  | 'cancel'
  | 'pause'
  | 'resume'
  | 'set-speed'
  | 'complete'
  | 'finalize'
  | 'dismiss'
  | 'change';

const GOING: readonly JobStatus[] = ['created', 'running', 'paused', 'ready', 'standby'];

const ACCEPTED: Readonly<Record<JobVerb, readonly JobStatus[]>> = {
  cancel: [...GOING, 'waiting', 'pending'],
  pause: GOING,
  resume: GOING,
  'set-speed': GOING,
  change: GOING,
  complete: ['ready', 'standby'],
  finalize: ['pending'],
  dismiss: ['concluded'],
};

const FOLLOWING: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  undefined: ['created'],
  created: ['running', 'aborting', 'null'],
  running: ['paused', 'ready', 'waiting', 'aborting'],
  paused: ['running'],
  ready: ['standby', 'waiting', 'aborting'],
  standby: ['ready'],
  waiting: ['pending', 'aborting'],
  pending: ['aborting', 'concluded'],
  aborting: ['concluded'],
  concluded: ['null'],
  null: [],
};

/** Whether QEMU lets a job in this status be told so; it answers "cannot accept command verb" otherwise. */
export function accepts(status: JobStatus, verb: JobVerb): boolean {
  return ACCEPTED[verb].includes(status);
}

/** The verbs that a job in this status accepts. */
export function verbsOf(status: JobStatus): JobVerb[] {
  return (Object.keys(ACCEPTED) as JobVerb[]).filter(verb => accepts(status, verb));
}

/** The statuses that QEMU can move a job to next. */
export function transitions(status: JobStatus): readonly JobStatus[] {
  return FOLLOWING[status];
}

/** Whether a job has come to its end: it moves no more, and holds no node. */
export function hasEnded(status: JobStatus): boolean {
  return status === 'concluded' || status === 'null' || status === 'undefined';
}

/**
 * Whether a job in this status waits to be told something, so that waiting longer changes nothing. `paused` is not one:
 * unrelated graph changes pause jobs for a moment, and only an error's io-status tells a lasting pause.
 */
export function isRest(job: Pick<BlockJob, 'status' | 'autoFinalize'>): boolean {
  if (job.status === 'pending') return job.autoFinalize === false;
  return job.status === 'ready' || job.status === 'standby' || hasEnded(job.status);
}

/** Whether somebody paused it: QEMU's own pauses last no longer than a moment. */
export function isPaused({ status }: Pick<BlockJob, 'status'>): boolean {
  return status === 'paused' || status === 'standby';
}

/** Whether a commit's top is the active layer, so that the job parks at READY. */
export function isActiveCommit(job: BlockJob): boolean {
  return job.type === 'commit' && job.on !== undefined && job.on['top-node'] === job.on['device'];
}

/** Where a job comes to rest if nobody tells it anything and nothing goes wrong; undefined: it never does. */
export function restOf(job: BlockJob): 'ready' | 'pending' | 'concluded' | undefined {
  if (job.type === 'backup' && job.sync === 'none') return undefined;
  if ((job.type === 'mirror' || isActiveCommit(job)) && job.ending === undefined) return 'ready';
  return job.autoFinalize === false ? 'pending' : 'concluded';
}

/** A rest that a job comes to; `error` says in QEMU's words why it failed. */
export interface Outcome {
  readonly status: 'ready' | 'waiting' | 'pending' | 'concluded';
  readonly error?: string;
}

/** Where a job comes to rest next, and whether it fails on the way; undefined: it is at rest, or never will be. */
export function outcomeOf(graph: BlockGraph, job: BlockJob): Outcome | undefined {
  if (hasEnded(job.status) || job.status === 'paused' || job.status === 'standby') return undefined;
  if (job.status === 'aborting') return { status: 'concluded', error: 'Operation canceled' };
  if (isRest(job) && job.ending === undefined) return undefined;
  const status = restInGroup(graph, job);
  if (status === undefined || status === job.status) return undefined;
  if (job.type === 'mirror' && status === 'ready') {
    const [source, target] = [
      graph.nodes.get(job.on?.['device'] ?? ''),
      graph.nodes.get(job.on?.['target'] ?? ''),
    ];
    if (source?.size !== undefined && target?.size !== undefined && source.size !== target.size) {
      return { status: 'concluded', error: 'Source and target image have different sizes' };
    }
  }
  return { status };
}

/**
 * Where a job comes to rest if nobody tells it anything; undefined: it never does. The jobs of a group wait for the one that
 * goes on, and then for the one that is to be finalized.
 */
export function restInGroup(graph: BlockGraph, job: BlockJob): Outcome['status'] | undefined {
  const rest = restOf(job);
  if (job.group === undefined || rest === undefined) return rest;
  const others = [...graph.jobs.values()].filter(
    ({ id, group, status }) => group === job.group && id !== job.id && !hasEnded(status),
  );
  if (others.some(other => isPaused(other) || restOf(other) === undefined)) return 'waiting';
  return others.some(({ autoFinalize }) => autoFinalize === false) ? 'pending' : rest;
}

/** A node that a job keeps others from using: one it was given, or one on the links that it spans. */
export interface Hold {
  readonly job: BlockJob;
  readonly spanned: boolean;
}

/**
 * The unfinished job that keeps a node busy. A job holds the nodes it was given and everything between; a stream's base is
 * free. QEMU says "block device is in use by block job", or that a link is frozen.
 */
export function holderOf(graph: BlockGraph, name: NodeName): Hold | undefined {
  if (graph.jobs.size === 0) return undefined;
  if (last?.nodes !== graph.nodes || last.jobs !== graph.jobs)
    last = { nodes: graph.nodes, jobs: graph.jobs, holds: holdsOf(graph) };
  return last.holds.get(name);
}

/** What was asked about last: whoever asks for one node of a chain asks for all of them. */
let last: (Pick<BlockGraph, 'nodes' | 'jobs'> & { holds: ReadonlyMap<NodeName, Hold> }) | undefined;

/** What each node is held by: the first job counts, and of one job that a node was given to it. */
function holdsOf(graph: BlockGraph): Map<NodeName, Hold> {
  const holds = new Map<NodeName, Hold>();
  for (const job of graph.jobs.values()) {
    if (hasEnded(job.status) || !job.on) continue;
    const add = (name: NodeName, spanned: boolean) => holds.has(name) || holds.set(name, { job, spanned });
    for (const name of givenTo(job)) add(name, false);
    for (const name of spannedBy(graph, job)) add(name, true);
  }
  return holds;
}

function givenTo(job: BlockJob): NodeName[] {
  const entries = Object.entries(job.on ?? {});
  // A backup reads its source beside whatever else is done to it.
  const isHeld = (role: string) =>
    job.type === 'backup' ? role === 'target' : !(job.type === 'stream' && role === 'base-node');
  return entries.filter(([role]) => isHeld(role)).map(([, node]) => node);
}

function spannedBy(graph: BlockGraph, job: BlockJob): NodeName[] {
  const top =
    job.type === 'stream' ? job.on?.['device'] : job.type === 'commit' ? job.on?.['top-node'] : undefined;
  if (top === undefined) return [];
  const chain = chainOf(graph, top);
  const base = job.on?.['base-node'];
  const end = base === undefined ? -1 : chain.indexOf(base);
  return end < 0 ? chain : chain.slice(0, end);
}
