import type { NodeOptions } from './node-options.ts';

export type NodeName = string;

/**
 * What is known of the block layer of one QEMU: an immutable value. Every operation on it answers with a new graph or a
 * refusal. Knowledge may be partial; what is not known is `undefined`, never guessed.
 */
export interface BlockGraph {
  readonly nodes: ReadonlyMap<NodeName, BlockNode>;
  /** What uses nodes from outside the graph: guest devices, block backends, exports. */
  readonly attachments: readonly Attachment[];
  readonly jobs: ReadonlyMap<string, BlockJob>;
  /** What is known of image files, open or not, by their names as QEMU resolves them. */
  readonly files?: ReadonlyMap<string, ImageFile>;
  /** Whether `files` has every file that there is, so that opening another fails. */
  readonly filesComplete?: boolean;
  /** Whether an NBD server runs; undefined: not known. */
  readonly nbdServer?: boolean;
  /** Where that server listens, as `unix:PATH` or `HOST:PORT`; undefined: not known, or nowhere. */
  readonly nbdAddress?: string;
  /** False where only some nodes are known, as when all that is known is a script's `chain` line. */
  readonly complete: boolean;
  /** The ended job that keeps a QEMU from being asked for its nodes, where none is known for that. */
  readonly hiddenBy?: string;
}

/** What an image file records of itself: what a node opened from it would be. */
export interface ImageFile {
  readonly filename: string;
  /** `qcow2`, `raw`, …; undefined: not known. */
  readonly format?: string;
  /** The virtual size in bytes. */
  readonly size?: number;
  /** In bytes, of formats that have clusters. */
  readonly clusterSize?: number;
  /** The recorded backing file's name; null: surely none. */
  readonly backing?: string | null;
  readonly backingFormat?: string;
  /** Why its contents are of no use any more, as of the node that had it open. */
  readonly invalid?: string;
  /** Bitmaps stored in the image. */
  readonly bitmaps?: readonly DirtyBitmap[];
}

/** A dirty bitmap of one node, or stored in an image. */
export interface DirtyBitmap {
  readonly name: string;
  /** In bytes. */
  readonly granularity?: number;
  /** Whether it takes note of writes: enabled, or so until a job that uses it ends. */
  readonly recording: boolean;
  /** In use by a job or an export. */
  readonly busy: boolean;
  readonly persistent: boolean;
  /** Stored in an image that can't be written now: it can be switched, not cleared or removed. No reply of QEMU's tells. */
  readonly readOnly?: boolean;
  /** Left in the image by a QEMU that did not close it: it can only be removed. */
  readonly inconsistent?: boolean;
}

export interface BlockNode {
  readonly name: NodeName;
  /** `qcow2`, `raw`, `file`, `commit_top`, … */
  readonly driver?: string;
  /** A path where there is one, else as QEMU shows it: `json:{…}`. Decoration: links are by node name. */
  readonly filename?: string;
  /** The virtual size in bytes. */
  readonly size?: number;
  /** In bytes, of formats that have clusters. */
  readonly clusterSize?: number;
  readonly readOnly?: boolean;
  /** Who keeps it: the monitor (blockdev-add, until blockdev-del), or only what refers to it. */
  readonly owner?: 'monitor' | 'implicit';
  /** Its last user let go of it, and who keeps it is not known: it may be gone. It counts as nobody's user. */
  readonly released?: true;
  /** The node it is backed by; null: surely none; undefined: not known. A filter's filtered child counts as this. */
  readonly backing?: NodeName | null;
  /** Its other children by the role QEMU gives them (`file`, `data-file`, …). */
  readonly children?: Readonly<Record<string, NodeName>>;
  /** Inserted by a job or by hand between a node and its user; chains are drawn without it. */
  readonly filter?: boolean;
  /** The backing file's name as recorded in the image, whatever it is backed by now; null: surely none. */
  readonly backingString?: string | null;
  /** Its dirty bitmaps; undefined: not known. */
  readonly bitmaps?: readonly DirtyBitmap[];
  /** How it was opened, as far as QEMU tells and it is not the default; a reopen has to repeat it. */
  readonly options?: NodeOptions;
  /** Why its contents are of no use any more, in words that follow "because": `commit of C into A took its data away`. */
  readonly invalid?: string;
}

export interface Attachment {
  readonly kind: 'device' | 'backend' | 'export';
  /** A device's id, or its QOM path where it has none; a backend's name; an export's id. */
  readonly id: string;
  /** A device's whole QOM path, as `/machine/peripheral/disk0/virtio-backend`. */
  readonly path?: string;
  readonly node: NodeName;
  readonly writable?: boolean;
  /** Of a device: it does nothing with the node and lets others do all, as while QEMU waits for a guest to come in. */
  readonly idle?: true;
  /** Of an export: `nbd`, `fuse`, … */
  readonly exportType?: string;
  /** Of an NBD export: what clients ask for. */
  readonly exportName?: string;
  /** Of an export: the bitmaps that it shows, which are busy meanwhile; undefined: not known. */
  readonly bitmaps?: readonly { readonly node: NodeName; readonly name: string }[];
}

export type JobStatus =
  | 'undefined'
  | 'created'
  | 'running'
  | 'paused'
  | 'ready'
  | 'standby'
  | 'waiting'
  | 'pending'
  | 'aborting'
  | 'concluded'
  | 'null';

export interface BlockJob {
  readonly id: string;
  /** `stream`, `commit`, `mirror`, `backup`, `create`, … */
  readonly type: string;
  readonly status: JobStatus;
  readonly autoFinalize?: boolean;
  readonly autoDismiss?: boolean;
  /** The nodes it was given, by its command's argument names; missing where a live QEMU's job can't be seen into. */
  readonly on?: Readonly<Record<string, NodeName>>;
  /** The filter that it put into the chain, which goes with it. */
  readonly filter?: NodeName;
  /** The images between the ends of a commit or a stream, top first, as they were at its start. */
  readonly spans?: readonly NodeName[];
  /** Of a commit: whether it makes its base bigger. */
  readonly grows?: boolean;
  /** A node that was read-only and can be written for as long as it runs. */
  readonly reopened?: NodeName;
  /** The name that it will record as backing file, where it was told one. */
  readonly records?: string;
  /** What a mirror's target will be backed by once the copy is whole; null: nothing. */
  readonly backs?: NodeName | null;
  /** Of a mirror or a backup: `full`, `top`, `none`, … */
  readonly sync?: string;
  /** What it was told: to complete, to end at READY without moving the guest, or to give up. */
  readonly ending?: 'complete' | 'soft-cancel' | 'abort';
  /** Whether it was told to pause and not yet to go on: until it gets there its status does not show it. */
  readonly held?: boolean;
  /** Of a backup: the bitmap of its source that is busy while it goes. */
  readonly bitmap?: string;
  /** The jobs of one grouped transaction have one name here: they end together, or not at all. */
  readonly group?: string;
  /** Of a create job: the file as it will be. */
  readonly makes?: ImageFile;
}

/** A graph of which nothing is known. */
export const unknownGraph: BlockGraph = {
  nodes: new Map(),
  attachments: [],
  jobs: new Map(),
  complete: false,
};

/** Why an operation on the graph can't be done. */
export interface Refusal {
  readonly refused: true;
  /** The QMP argument at fault, where one is: `base-node`. */
  readonly argument?: string;
  /** One of the catalogue's codes. */
  readonly code: string;
  /** A whole sentence. */
  readonly message: string;
  readonly help?: readonly string[];
  /** What came before and stands in the way: who knows how it came about can show where. */
  readonly since?: Earlier;
  /** QEMU's own answer to the same command, where QEMU refuses it too. */
  readonly qemu?: QemuError;
  /** To send it ends a QEMU, makes it hang, or destroys an open image: it is not sent, not even to see it refused. */
  readonly harmful?: true;
}

/** A job that was started, a node that a job spoiled, or a file that was made. */
export type Earlier = { readonly job: string } | { readonly node: NodeName } | { readonly file: string };

/** An error as QEMU sends it. Wording changes between versions, the class does not. */
export interface QemuError {
  readonly class: 'GenericError' | 'CommandNotFound' | 'DeviceNotActive' | 'DeviceNotFound' | 'KVMMissingCap';
  readonly desc: string;
}
