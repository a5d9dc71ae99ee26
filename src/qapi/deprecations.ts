/** What to use instead of something deprecated. */
export interface Successor {
  readonly use: string;
  readonly advice?: string;
  /** Its names for the arguments, where it takes the same ones and does the same. */
  readonly arguments?: Readonly<Record<string, string>>;
}

const SAME_JOB = { device: 'id' } as const;
const SAME_ID = { id: 'id' } as const;
const JOB_ID = 'its argument is `id`, which takes the same job-id';

// The schemas mark what is deprecated and never name a successor; these are from QEMU's list of deprecated features.
const COMMANDS: Readonly<Record<string, Successor>> = {
  'block-job-pause': { use: 'job-pause', advice: JOB_ID, arguments: SAME_JOB },
  'block-job-resume': { use: 'job-resume', advice: JOB_ID, arguments: SAME_JOB },
  'block-job-complete': { use: 'job-complete', advice: JOB_ID, arguments: SAME_JOB },
  'block-job-dismiss': { use: 'job-dismiss', advice: 'its argument is `id`, as before', arguments: SAME_ID },
  'block-job-finalize': {
    use: 'job-finalize',
    advice: 'its argument is `id`, as before',
    arguments: SAME_ID,
  },
  'drive-backup': {
    use: 'blockdev-backup',
    advice: 'its `target` is a node: make the image with blockdev-create and open it with blockdev-add first',
  },
  'nbd-server-add': {
    use: 'block-export-add',
    advice:
      'with type=nbd, an `id`, and the node as `node-name`; `writable=true` keeps its name, and a mirror that writes to the export needs it',
  },
  'nbd-server-remove': {
    use: 'block-export-del',
    advice: 'it takes the `id` of the export; force is mode=hard',
  },
  change: {
    use: 'blockdev-change-medium',
    advice: 'for a VNC password use set_password or change-vnc-password',
  },
  'query-events': { use: 'query-qmp-schema', advice: 'the schema lists the events' },
  'query-cpus': {
    use: 'query-cpus-fast',
    advice: 'it does not interrupt the guest, and leaves registers out',
  },
  'query-kvm': { use: 'query-accelerators' },
  'migrate-set-cache-size': { use: 'migrate-set-parameters', advice: 'its argument is `xbzrle-cache-size`' },
  migrate_set_downtime: {
    use: 'migrate-set-parameters',
    advice: 'its argument is `downtime-limit`, in milliseconds instead of seconds',
  },
  migrate_set_speed: { use: 'migrate-set-parameters', advice: 'its argument is `max-bandwidth`' },
  'query-migrate-cache-size': {
    use: 'query-migrate-parameters',
    advice: 'its reply has the size as `xbzrle-cache-size`',
  },
};

const TRAY: Successor = { use: 'id', advice: "`id` is the guest device's id or QOM path" };

// The path without list indexes; the last part is the argument, or `argument=value` for a word of an enumeration.
const ARGUMENTS: Readonly<Record<string, Successor>> = {
  'block-commit base': { use: 'base-node', advice: 'it takes a node-name instead of a file name' },
  'block-commit top': { use: 'top-node', advice: 'it takes a node-name instead of a file name' },
  'block_set_io_throttle device': TRAY,
  'blockdev-change-medium device': TRAY,
  'blockdev-close-tray device': TRAY,
  'blockdev-open-tray device': TRAY,
  'eject device': TRAY,
  'transaction actions.type=drive-backup': {
    use: 'blockdev-backup',
    advice: 'its `target` is a node: make the image with blockdev-create and open it with blockdev-add first',
  },
  'chardev-add backend.data.reconnect': { use: 'reconnect-ms', advice: 'in milliseconds instead of seconds' },
  'chardev-change backend.data.reconnect': {
    use: 'reconnect-ms',
    advice: 'in milliseconds instead of seconds',
  },
  'netdev_add reconnect': { use: 'reconnect-ms', advice: 'in milliseconds instead of seconds' },
  'chardev-add backend.type=memory': { use: 'ringbuf' },
  'chardev-change backend.type=memory': { use: 'ringbuf' },
  'object-add loaded': { use: 'nothing', advice: 'leave it out: the object loads when it is made' },
  'object-add opened': { use: 'nothing', advice: 'leave it out: the object opens when it is made' },
};

/**
 * The successor of a deprecated command, or of what stands at `path` in its arguments; `value` names a deprecated word of
 * an enumeration. Undefined where QEMU's documents name none.
 */
export function successorOf(
  command: string,
  path: readonly (string | number)[] = [],
  value?: string,
): Successor | undefined {
  if (path.length === 0) return COMMANDS[command];
  const names = path.filter(step => typeof step === 'string').join('.');
  return ARGUMENTS[`${command} ${names}${value === undefined ? '' : `=${value}`}`];
}
