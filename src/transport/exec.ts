import { ConnectError, QmpError } from '../qmp/errors.ts';
import { relay } from './relay.ts';
import type { Transport } from './transports.ts';
import { atTheEnd } from './watchdog.ts';

/** How many milliseconds a program has to end by itself: after its last word, and after it was told to. */
const PATIENCE = 2000;
const MOST_WORDS = 4000;

/**
 * A program whose standard input and output are QMP. No shell reads its words; it is in a process group of its own, so that
 * Ctrl-C does not reach it, and ends with the connection and with this process, however that ends.
 */
export const exec: Transport = {
  async connect(rest, uri) {
    const { execa, parseCommandString } = await import('execa');
    const [file, ...words] = parseCommandString(rest);
    if (file === undefined)
      throw new ConnectError(uri, 'the program is missing', {
        help: ["'exec:socat - UNIX-CONNECT:/run/vm1.qmp'", 'a space inside of a word is written `\\ `'],
      });
    const program = execa(file, words, {
      stdio: 'pipe',
      buffer: false,
      reject: false,
      detached: true,
      cleanup: false,
    });
    let said = '';
    program.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MOST_WORDS);
    });
    const { pid } = program;
    const release = pid === undefined ? () => {} : releaseGroup(pid, program);
    return relay({
      reading: program.stdout,
      writing: program.stdin,
      release,
      async why(heardNothing) {
        const ended = await Promise.race([program, patience()]);
        const reason = ended ? endOf(file, ended) : `${file} has closed its standard output`;
        const words = said.trim();
        if (ended?.exitCode === 0 && words === '' && !heardNothing) return undefined;
        return new QmpError(words === '' ? reason : `${reason}: ${words}`, {
          help: heardNothing ? helpFor(file, ended?.code) : [],
          ...(ended?.cause ? { cause: ended.cause } : {}),
        });
      },
    });
  },
};

interface End {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

function endOf(file: string, { exitCode, signal, code }: End): string {
  if (code === 'ENOENT') return `there is no program ${file}`;
  if (code === 'EACCES') return `${file} may not be executed`;
  if (signal !== undefined) return `${file} was ended by ${signal}`;
  return `${file} ended with status ${exitCode ?? 'unknown'}`;
}

function helpFor(file: string, code: string | undefined): string[] {
  if (code === 'ENOENT') return ['write the program with its path, or see that its folder is on PATH'];
  return [
    `try it by hand: what ${file} writes to its standard output must begin with {"QMP": …}`,
    'no shell reads the words: quotes, `|` and `$` mean nothing, and `\\ ` is a space inside of a word',
  ];
}

function releaseGroup(
  pid: number,
  program: { finally(done: () => void): unknown; exitCode: number | null },
): () => void {
  const watchdog = atTheEnd('kill -TERM -- "-$1" 2>/dev/null', [String(pid)]);
  let isEnded = false;
  program.finally(() => {
    isEnded = true;
    watchdog.forget();
  });
  const send = (signal: NodeJS.Signals) => {
    try {
      if (!isEnded) process.kill(-pid, signal);
    } catch {}
  };
  return () => {
    send('SIGTERM');
    setTimeout(() => send('SIGKILL'), PATIENCE).unref();
  };
}

function patience(): Promise<undefined> {
  return new Promise(resolve => setTimeout(resolve, PATIENCE, undefined).unref());
}
