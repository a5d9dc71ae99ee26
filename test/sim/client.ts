import type { Duplex } from 'node:stream';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';

/** A QMP client that shows everything it hears, and says what it is told to say. */
export interface Client {
  readonly stream: Duplex;
  /** What has been heard and not been taken yet. */
  readonly heard: any[];
  send(text: string): void;
  /** The next `count` messages; waits until they are there. */
  take(count: number): Promise<any[]>;
  /** Sends a command, and gives everything up to its reply. */
  ask(execute: string, args?: object): Promise<any[]>;
  readonly closed: Promise<void>;
}

/** How many milliseconds a message that should come may take. */
const LIMIT = 5000;

export function client(stream: Duplex): Client {
  const heard: any[] = [];
  let rest = '';
  let wake = () => {};
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\r\n');
    rest = lines.pop() ?? '';
    heard.push(...lines.map(line => JSON.parse(line)));
    wake();
  });
  const closed = new Promise<void>(resolve => stream.once('close', () => resolve()));
  stream.on('error', () => {});
  const take = async (count: number) => {
    while (heard.length < count) {
      await new Promise<void>((resolve, reject) => {
        const missing = () =>
          reject(new Error(`${count} messages should come, and there is ${JSON.stringify(heard)}`));
        const timer = setTimeout(missing, LIMIT);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return heard.splice(0, count);
  };
  let asked = 0;
  return {
    stream,
    heard,
    closed,
    take,
    send: text => void stream.write(text),
    async ask(execute, args) {
      const id = `ask ${asked++}`;
      stream.write(JSON.stringify({ execute, ...(args ? { arguments: args } : {}), id }));
      const messages: any[] = [];
      while (messages.at(-1)?.id !== id) messages.push(...(await take(1)));
      return messages;
    },
  };
}

/** Lets everything happen that happens by itself inside this process. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 40; turns++) await turn();
}

/** Says nothing for so long that a virtual clock jumps. */
export async function idle(): Promise<void> {
  await pause(60);
  await settle();
}
