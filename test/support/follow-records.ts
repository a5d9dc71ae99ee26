import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** Sends one QMP command and gives its `return`; throws QEMU's `error`. */
export type Send = (execute: string, args?: object) => Promise<any>;

/** A QMP client of a few lines, which knows no qblk: it takes the greeting and negotiates. */
export async function plainClient(stream: Duplex | Socket): Promise<Send> {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  const send: Send = async (execute, args = {}) => {
    stream.write(`${JSON.stringify({ execute, arguments: args, id: execute })}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('QEMU hung up');
      const message = JSON.parse(value);
      if (message.id !== execute) continue;
      if (message.error) throw new Error(`${execute}: ${message.error.desc}`);
      return message.return;
    }
  };
  await send('qmp_capabilities');
  return send;
}

/** Follows what `qblk compile` printed, as its format is documented: sends, polls for each awaited job, skips each `check`. */
export async function followRecords(lines: string, send: Send): Promise<void> {
  for (const record of lines
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))) {
    if (record.execute) await send(record.execute, record.arguments);
    if (!record.await) continue;
    const wanted: string[] = [record.await.status].flat();
    const isThere = async () =>
      (await send('query-jobs')).some(
        ({ id, status }: any) => id === record.await.job && wanted.includes(status),
      );
    for (let tries = 0; !(await isThere()); tries++) {
      if (tries > 500) throw new Error(`${record.await.job} never became ${wanted}`);
      await pause(10);
    }
  }
}
