import { pathsTakenBy } from '../commands/images/files-made.ts';
import type { JobStatus } from '../graph/graph.ts';
import type { Later } from '../qapi/placeholder.ts';
import type { PlannedObject } from './datum.ts';

/**
 * One thing that a plan does. A list of steps is all that a statement becomes: whoever knows QMP and these kinds can
 * carry a plan out.
 */
export type Step =
  | ExecuteStep
  | AwaitJobStep
  | AwaitEventStep
  | CheckStep
  | HostStep
  | GuestIoStep
  | RestartStep;

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

/** Run a program of this host, without a shell, in the folder of the images. The answer is what it printed. */
export interface HostStep {
  readonly kind: 'host';
  readonly program: string;
  readonly arguments: readonly (string | Later)[];
  /** Where its relative names begin, if that need not be where QEMU's do. */
  readonly folder?: string;
}

/** Read or write as the guest of a sandbox would, by one command of qemu-io's; the answer is what that printed. */
export interface GuestIoStep {
  readonly kind: 'guest-io';
  /** A node, or a device's name. */
  readonly disk: string | Later;
  readonly command: string | Later;
}

/** End a sandbox's QEMU and start it again on the chains that its disks have then. */
export interface RestartStep {
  readonly kind: 'restart';
}

/** An image file to be compared, as this host sees it. The format is given, so that nobody looks for one in the data. */
export interface ComparedFile {
  readonly filename: string | Later;
  /** Undefined: only the run knows it. */
  readonly format?: string;
}

/** Something that must hold before the plan goes on. */
export interface CheckStep {
  readonly kind: 'check';
  /** The parameter that the check is about, so that its failure can point there. */
  readonly parameter?: string;
  readonly check: /** `query-jobs` shows the concluded job without an error; or the error is one that a cancel leaves. */
    | { readonly kind: 'job-succeeded'; readonly job: string | Later }
    | { readonly kind: 'job-cancelled'; readonly job: string | Later }
    /** There is no file of that name yet, as QEMU sees it from its working folder; with `orSocket` at most a socket. */
    | { readonly kind: 'file-absent'; readonly filename: string | Later; readonly orSocket?: true }
    /** The chain of a device, or the one that the last node is the top of, base first; null is any number of images. */
    | { readonly kind: 'chain'; readonly device?: string; readonly nodes: readonly (string | null)[] }
    /** A guest would read the same from both files. The answer is where they differ first, or null. */
    | { readonly kind: 'identical'; readonly files: readonly [ComparedFile, ComparedFile] };
}

/** A step that sends a command. Members that are undefined are left out. */
export function execute(command: string, members: PlannedObject = {}): ExecuteStep {
  return { kind: 'execute', command, arguments: members };
}

/** The checks before a command that listens: QEMU removes whatever has the name of its socket, an image as well. */
export function atMostSocket(command: string, members: PlannedObject, parameter: string): CheckStep[] {
  const sockets = pathsTakenBy(command, members).filter(({ isSocket }) => isSocket);
  return sockets.map(({ filename }) => ({
    kind: 'check',
    parameter,
    check: { kind: 'file-absent', filename, orSocket: true },
  }));
}
