import { attachedChains } from '../../graph/attached.ts';
import { fileKey } from '../../graph/files.ts';
import type { BlockGraph, NodeName } from '../../graph/graph.ts';
import { deviceChains } from '../../printing/chains-text.ts';
import type { JsonObject } from '../../qmp/json.ts';
import { type JobRecord, readHolds, readJobs } from '../../runner/job-record.ts';
import { look } from '../../runner/look.ts';
import type { Target } from '../../target/target.ts';
import { qemusOf } from '../../target/target.ts';

/** A job that is still there. */
export type LeftJob = Pick<JobRecord, 'id' | 'type' | 'status'> & {
  /** QEMU's io-status, where it is not `ok`. */
  readonly ioStatus?: 'failed' | 'nospace';
};

/** How a run has left one QEMU. */
export interface Aftermath {
  /** The endpoint, where the script has several. */
  readonly endpoint: string | undefined;
  /** Undefined where QEMU does not say. */
  readonly jobs: readonly LeftJob[] | undefined;
  /** The chain of each device, empty where QEMU does not say. */
  readonly chains: ReadonlyMap<string, string>;
  /** Nodes that are open by name and were not before, with their files. */
  readonly opened: readonly { readonly node: NodeName; readonly file?: string }[];
}

/** Looks at each QEMU of a run that has ended before its end. One that does not answer within `patience` milliseconds is left alone. */
export async function aftermathOf(target: Target, patience = 1000): Promise<Aftermath[]> {
  const looks = [...qemusOf(target)].map(async ([endpoint, { schema, live }]): Promise<Aftermath> => {
    const over = new Promise<undefined>(resolve => setTimeout(resolve, patience, undefined).unref());
    const asked = Promise.all([
      live.session.execute('query-jobs'),
      live.session.execute('query-block-jobs'),
      look(live.session, schema),
    ]).catch(() => undefined);
    const answer = await Promise.race([asked, over]);
    if (!answer) return { endpoint, jobs: undefined, chains: new Map(), opened: [] };
    const [jobs, blockJobs, graph] = answer;
    const holds = readHolds(blockJobs);
    const left = readJobs(jobs).map(({ id, type, status }): LeftJob => {
      const hold = holds.get(id);
      return { id, type, status, ...(hold && hold !== 'finalize' ? { ioStatus: hold } : {}) };
    });
    return { endpoint, jobs: left, chains: deviceChains(graph), opened: openedSince(live.graph, graph) };
  });
  return Promise.all(looks);
}

function openedSince(before: BlockGraph, now: BlockGraph): Aftermath['opened'] {
  const inChains = new Set([...attachedChains(now).values()].flatMap(({ nodes }) => nodes));
  return [...now.nodes.values()]
    .filter(({ name, owner }) => owner !== 'implicit' && !name.startsWith('#'))
    .filter(({ name }) => !before.nodes.has(name) && !inChains.has(name))
    .map(({ name, filename }) => ({
      node: name,
      ...(filename === undefined || fileKey(filename) === undefined ? {} : { file: filename }),
    }));
}

/** The same as a record's members. */
export function aftermathRecord({ endpoint, jobs, chains, opened }: Aftermath): JsonObject {
  return {
    ...(endpoint === undefined ? {} : { target: endpoint }),
    jobs: jobs
      ? jobs.map(({ ioStatus, ...job }) => ({ ...job, ...(ioStatus ? { 'io-status': ioStatus } : {}) }))
      : null,
    chains: Object.fromEntries(chains),
    opened: opened.map(one => ({ ...one })),
  };
}

/** A job in a few words. */
export function jobInWords({ id, type, status, ioStatus }: LeftJob): string {
  const trouble = { nospace: ', no space left', failed: ', I/O error' };
  return `${id} (${type}, ${status}${ioStatus ? trouble[ioStatus] : ''})`;
}
