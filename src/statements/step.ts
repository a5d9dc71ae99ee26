import type { JobStatus } from '../graph/graph.ts';
import type { Later } from '../qapi/placeholder.ts';
import type { PlannedObject } from './datum.ts';

/**
 * One thing that a plan does. A list of steps is all that a statement becomes: whoever knows QMP and these four can
 * carry a plan out.
 */
export type Step = ExecuteStep | AwaitJobStep | AwaitEventStep | CheckStep;

/** Send one QMP command and read its reply. */
export interface ExecuteStep {
  readonly kind: 'execute';
  readonly command: string;
  readonly arguments: PlannedObject;
  /** Sent as the script wrote it, so nothing is added and the reply is the statement's result. */
  readonly raw?: boolean;
}

/** Wait until `query-jobs` shows the job in this status. A job that comes to rest elsewhere fails the statement. */
export interface AwaitJobStep {
  readonly kind: 'await-job';
  readonly job: string | Later;
  readonly status: Extract<JobStatus, 'ready' | 'pending' | 'concluded'> | 'rest';
}

/** Wait for an event that has not been taken yet and whose data agree with `where`. */
export interface AwaitEventStep {
  readonly kind: 'await-event';
  readonly event: string;
  readonly where: PlannedObject;
}

/** Something that must hold before the plan goes on. */
export interface CheckStep {
  readonly kind: 'check';
  /** The parameter that the check is about, so that its failure can point there. */
  readonly parameter?: string;
  readonly check: /** `query-jobs` shows the concluded job without an error; or the error is one that a cancel leaves. */
    | { readonly kind: 'job-succeeded'; readonly job: string | Later }
    | { readonly kind: 'job-cancelled'; readonly job: string | Later }
    /** There is no file of that name yet, as QEMU sees it from its working folder. */
    | { readonly kind: 'file-absent'; readonly filename: string | Later }
    /** The chain of a device, or the one that the last node is the top of, base first; null is any number of images. */
    | { readonly kind: 'chain'; readonly device?: string; readonly nodes: readonly (string | null)[] };
}

/** A step that sends a command. Members that are undefined are left out. */
export function execute(command: string, members: PlannedObject = {}): ExecuteStep {
  return { kind: 'execute', command, arguments: members };
}
