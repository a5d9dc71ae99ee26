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
  /** False where only some nodes are known, as when all that is known is a script's `chain` line. */
  readonly complete: boolean;
}

/** What an image file records of itself: what a node opened from it would be. */
export interface ImageFile {
  readonly filename: string;
  /** `qcow2`, `raw`, …; undefined: not known. */
  readonly format?: string;
  /** The virtual size in bytes. */
  readonly size?: number;
  /** The recorded backing file's name; null: surely none. */
  readonly backing?: string | null;
  readonly backingFormat?: string;
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
  readonly readOnly?: boolean;
  /** Who keeps it: the monitor (blockdev-add, until blockdev-del), or only what refers to it. */
  readonly owner?: 'monitor' | 'implicit';
  /** The node it is backed by; null: surely none; undefined: not known. A filter's filtered child counts as this. */
  readonly backing?: NodeName | null;
  /** Its other children by the role QEMU gives them (`file`, `data-file`, …). */
  readonly children?: Readonly<Record<string, NodeName>>;
  /** Inserted by a job or by hand between a node and its user; chains are drawn without it. */
  readonly filter?: boolean;
  /** The backing file's name as recorded in the image. */
  readonly backingString?: string;
  /** Its dirty bitmaps; undefined: not known. */
  readonly bitmaps?: readonly DirtyBitmap[];
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
  /** Of an export: `nbd`, `fuse`, … */
  readonly exportType?: string;
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
  /** Of a mirror or a backup: `full`, `top`, `none`, … */
  readonly sync?: string;
  /** What it was told: to complete, to end at READY without moving the guest, or to give up. */
  readonly ending?: 'complete' | 'soft-cancel' | 'abort';
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
  /** QEMU's own answer to the same command, where QEMU refuses it too. */
  readonly qemu?: QemuError;
}

/** An error as QEMU sends it. Wording changes between versions, the class does not. */
export interface QemuError {
  readonly class: 'GenericError' | 'CommandNotFound' | 'DeviceNotActive' | 'DeviceNotFound' | 'KVMMissingCap';
  readonly desc: string;
}
