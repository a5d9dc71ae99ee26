import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { ConnectError, QmpError } from '../qmp/errors.ts';
import { relay } from './relay.ts';
import type { Transport } from './transport.ts';

/** How many milliseconds a program has to end by itself after its last word. */
const PATIENCE = 2000;
const MOST_WORDS = 4000;

/**
 * The shell between us and the program, both in a process group of their own. Descriptor 3 is a pipe whose other end only we hold: when
 * it ends, because we want it to or because we died in whatever way, the group is told to end, and killed two seconds later.
 */
const KEEPER = `
exec 5<&0
"$@" <&5 3<&- 5<&- &
program=$!
exec </dev/null >/dev/null 2>&1 5<&-
{ trap '' TERM; read -r end; kill -TERM 0; sleep 2; kill -KILL 0; } <&3 &
reader=$!
exec 3<&-
wait "$program"
status=$?
kill -KILL "$reader"
exit "$status"
`;
const SHELL = 'qblk-exec';

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
    const keeper = execa('sh', ['-c', KEEPER, SHELL, file, ...words], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      buffer: false,
      reject: false,
      detached: true,
      cleanup: false,
    });
    const life = keeper.stdio[3] as unknown as Writable;
    life.on('error', () => {});
    let said = '';
    keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MOST_WORDS);
    });
    return relay({
      reading: keeper.stdout,
      writing: keeper.stdin,
      release: () => void life.end(),
      async why(heardNothing) {
        const ended = await Promise.race([keeper, patience()]);
        const status = ended?.exitCode;
        const words = said.trim();
        if (status === 0 && words === '' && !heardNothing) return undefined;
        const lost = notStarted(file, words);
        if (lost) return lost;
        const reason = endOf(file, status, ended !== undefined);
        return new QmpError(words === '' ? reason : `${reason}: ${words}`, {
          help: heardNothing ? byHand(file) : [],
        });
      },
    });
  },
};

/** What the shell says of a program that it can't start. */
function notStarted(file: string, words: string): QmpError | undefined {
  if (!words.startsWith(`${SHELL}: `)) return undefined;
  if (/not found|No such file/.test(words))
    return new QmpError(`there is no program ${file}`, {
      help: ['write the program with its path, or see that its folder is on PATH'],
    });
  return /Permission denied/.test(words) ? new QmpError(`${file} may not be executed`) : undefined;
}

function endOf(file: string, status: number | undefined, isOver: boolean): string {
  if (!isOver) return `${file} has closed its standard output`;
  if (status === undefined) return `${file} was ended`;
  const [signal] = Object.entries(constants.signals).find(([, number]) => number === status - 128) ?? [];
  return signal === undefined ? `${file} ended with status ${status}` : `${file} was ended by ${signal}`;
}

function byHand(file: string): string[] {
  return [
    `try it by hand: what ${file} writes to its standard output must begin with {"QMP": …}`,
    'no shell reads the words: quotes, `|` and `$` mean nothing, and `\\ ` is a space inside of a word',
  ];
}

function patience(): Promise<undefined> {
  return new Promise(resolve => setTimeout(resolve, PATIENCE, undefined).unref());
}
