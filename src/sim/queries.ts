import { beneathFilters } from '../graph/chain.ts';
import type { Attachment, BlockGraph } from '../graph/graph.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import { debugRecord } from './debug-record.ts';
import { progressOf } from './job-run.ts';
import { nodeRecord } from './node-record.ts';
import { ioStatus } from './trouble.ts';
import type { MachineState } from './turn.ts';

/** What the block layer's queries tell of a state, with the members of the newest QEMU. */
export const queries: Readonly<Record<string, (state: MachineState, args: JsonObject) => Json>> = {
  'query-named-block-nodes': ({ graph }, args) =>
    // QEMU lists what came last first.
    [...graph.nodes.values()].reverse().map(node => nodeRecord(graph, node, args['flat'] !== true)),
  'query-block': ({ graph }) =>
    graph.attachments.filter(({ kind }) => kind !== 'export').map(item => blockRecord(graph, item)),
  'query-block-exports': ({ graph }) =>
    graph.attachments
      .filter(({ kind }) => kind === 'export')
      .map(({ id, node, exportType }) => ({
        id,
        'node-name': node,
        type: exportType ?? 'nbd',
        'shutting-down': false,
      })),
  'query-jobs': state => newestFirst(state).flatMap(id => jobRecord(state, id) ?? []),
  'query-block-jobs': state => newestFirst(state).flatMap(id => blockJobRecord(state, id) ?? []),
  'x-debug-query-block-graph': ({ graph }) => debugRecord(graph),
  'query-status': ({ guest }) => ({ status: guest, singlestep: false, running: guest === 'running' }),
  'query-name': () => ({}),
  'query-kvm': () => ({ enabled: false, present: false }),
  'query-iothreads': () => [],
};

function blockRecord(graph: BlockGraph, { kind, id, path, node }: Attachment): JsonObject {
  const shown = graph.nodes.get(beneathFilters(graph, node));
  return {
    'io-status': 'ok',
    device: kind === 'backend' ? id : '',
    ...(kind === 'device' ? { qdev: path ?? id } : {}),
    type: 'unknown',
    locked: false,
    removable: false,
    ...(shown ? { inserted: nodeRecord(graph, shown, true) } : {}),
  };
}

function newestFirst({ graph }: MachineState): string[] {
  return [...graph.jobs.keys()].reverse();
}

function jobRecord({ graph, runs, now }: MachineState, id: string): JsonObject | undefined {
  const job = graph.jobs.get(id);
  const run = runs.get(id);
  if (!job || !run) return undefined;
  return {
    id,
    type: job.type,
    status: job.status,
    'current-progress': progressOf(run, job.status, now),
    'total-progress': run.length,
    ...(run.error !== undefined && job.status === 'concluded' ? { error: run.error } : {}),
  };
}

function blockJobRecord(state: MachineState, id: string): JsonObject | undefined {
  const job = state.graph.jobs.get(id);
  const run = state.runs.get(id);
  if (!job || !run || job.type === 'create') return undefined;
  return {
    type: job.type,
    device: id,
    len: run.length,
    offset: progressOf(run, job.status, state.now),
    busy: job.status === 'running',
    paused: run.paused,
    speed: run.speed,
    'io-status': ioStatus(run.paused ? run.trouble : undefined),
    ready: job.status === 'ready' || job.status === 'standby',
    status: job.status,
    'auto-finalize': job.autoFinalize !== false,
    'auto-dismiss': job.autoDismiss !== false,
    'actively-synced': false,
    ...(run.error !== undefined && job.status === 'concluded' ? { error: run.error } : {}),
  };
}
