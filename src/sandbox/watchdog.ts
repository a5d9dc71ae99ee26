import type { Readable } from 'node:stream';

/**
 * The shell between us and QEMU. Its standard input is a pipe whose other end only we hold. The first line on it starts
 * QEMU; its end, because we asked or because we died in whatever way, kills QEMU and removes the folder,
 * and the one around it, if others share that, once none of them is left: each has a file `.sandbox-NAME` there. Descriptor 3
 * tells us QEMU's exit status. Descriptor 4 is there because a shell's background commands lose their standard input.
 */
const PROGRAM = `
folder=$1 keep=$2 parent=$3 qemu=
shift 3
clean() {
  trap '' HUP INT TERM
  [ -z "$qemu" ] || kill -9 "$qemu"
  [ -n "$keep" ] || rm -rf -- "$folder" || { sleep 1; rm -rf -- "$folder"; }
  [ -n "$keep" ] || [ -z "$parent" ] || leave
  exit
}
leave() {
  rm -f -- "$parent/.sandbox-\${folder##*/}"
  for other in "$parent"/.sandbox-*; do [ ! -e "$other" ] || return 0; done
  rm -rf -- "$parent"
}
trap clean HUP INT TERM
exec 4<&0
read -r start || clean
"$@" </dev/null 3>&- 4<&- &
qemu=$!
{ read -r end; kill -9 "$qemu"; } <&4 3>&- >/dev/null 2>&1 &
reader=$!
trap '' PIPE
wait "$qemu"
status=$?
qemu=
echo "$status" >&3
kill "$reader" 2>/dev/null
read -r end
clean
`;

/** How QEMU ended: its exit status as a shell gives it, so 137 stands for a kill -9. */
export type ExitStatus = number;

export interface Watchdog {
  /** Starts QEMU; to be called once. */
  start(): void;
  /** Resolves when QEMU has ended, never before `start`; a QEMU that we stop counts as killed. */
  readonly exited: Promise<ExitStatus>;
  /** What QEMU has written so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Kills QEMU, removes the folder unless it is kept, and resolves when both are done. May be called again. */
  stop(): Promise<void>;
}

const OUTPUT_KEPT = 64 * 1024;
const STOP_LIMIT = 5000;

/** Sets a watchdog on `folder`, which is QEMU's working folder, from this very moment. */
export async function setWatchdog(
  makeFolder: () => { readonly folder: string; readonly keep: boolean; readonly parent?: string },
  commandIn: (folder: string) => readonly string[],
): Promise<Watchdog & { readonly folder: string }> {
  const { execa } = await import('execa');
  // From here to the spawn there is no await: a folder without its watchdog would outlive a kill.
  const { folder, keep, parent = '' } = makeFolder();
  const shell = execa(
    'sh',
    ['-c', PROGRAM, 'qblk-sandbox', folder, keep ? 'keep' : '', parent, ...commandIn(folder)],
    {
      cwd: folder,
      // A session of its own: a Ctrl-C at the terminal reaches neither the shell nor QEMU.
      detached: true,
      cleanup: false,
      buffer: false,
      reject: false,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    },
  );
  shell.stdin.on('error', () => {});
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    shell[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] = (output[name] + text).slice(-OUTPUT_KEPT);
    });
  }
  const reports = shell.stdio[3] as unknown as Readable;
  const exited = new Promise<ExitStatus>(resolve => {
    let text = '';
    reports.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (text.includes('\n')) resolve(Number(text));
    });
    shell.once('exit', () => resolve(137));
  });
  const gone = new Promise<void>(resolve => shell.once('exit', () => resolve()));
  return {
    folder,
    output,
    exited,
    start: () => shell.stdin.write('start\n'),
    async stop() {
      shell.stdin.end();
      const timer = setTimeout(() => {
        if (shell.pid) process.kill(-shell.pid, 'SIGKILL');
      }, STOP_LIMIT);
      await gone;
      clearTimeout(timer);
    },
  };
}
