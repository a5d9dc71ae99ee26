/** What QEMU's words mean for somebody who runs it, and what to do. The words are matched loosely: they change between versions. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /Failed to get .*lock/,
    'this QEMU or another process has the file open: `show nodes` lists what this one has',
  ],
  [/No such file or directory/, "the path is seen from QEMU's working folder, which may not be yours"],
  [
    /Permission denied/,
    'QEMU runs as a user who may not do this; look at the file, its folder, and confinement such as AppArmor or SELinux',
  ],
  [/No space left/, 'make room on the disk that holds the file, then try again'],
  [
    /Input\/output error/,
    'the storage itself failed, or the connection to it: the log of the host says more (`dmesg`, `journalctl -k`)',
  ],
  [
    /Permission conflict/,
    'somebody else uses the node in a way that does not go with this, such as writing to it: `show jobs`, `show exports` and `show chain` tell who',
  ],
  [
    /Job ID .* already in use/,
    'another client has just given a job that name: run the script again, which takes the next free one, or choose one with `job-id=`',
  ],
  [/is in use|is busy/, 'something else holds the node: `show jobs` and `show chain` tell what'],
  [/already in use/, 'that name is taken: choose another, or wait until what has it is gone'],
  [
    /[Jj]ob.* not found/,
    'there is no such job, perhaps not any more: one that nobody keeps goes when it ends. `show jobs` lists those that are left',
  ],
  [
    /cannot accept command verb/,
    'the job has not come so far, or is past it: `show jobs` tells its state, `wait JOB ready` waits for it',
  ],
  [/Operation cancell?ed/, 'somebody cancelled it: another client of this QEMU, or QEMU itself as it ended'],
  [/NBD server not running/, 'start it first: nbd start HOST:PORT, or nbd start unix:PATH'],
  [/Need a root block node/, 'only the node that a device uses, the root of its chain, will do here'],
  [
    /Connection refused|Failed to connect|Connection reset|No route to host/,
    'nobody listens there, or something is in between: is the NBD server of the other side started, and its export added?',
  ],
  [/Could not reopen|Could not open/, 'the file has to be there, readable, and of the format that was named'],
  [
    /Cannot make block node read-only|cannot support read-write users/,
    'somebody writes to it, and a node that is written to stays writable: leave `read-only` out, or end its writer first',
  ],
  [
    /[Rr]ead-only/,
    'the node was opened to be read only: open it anew with `read-only=off`, or choose another',
  ],
];

/** What to make of QEMU's words; undefined where they speak for themselves. */
export function meaningOf(words: string): string | undefined {
  return MEANINGS.find(([pattern]) => pattern.test(words))?.[1];
}
