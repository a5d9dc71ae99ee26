import { Duplex, type Readable, type Writable } from 'node:stream';
import type { QmpError } from '../qmp/errors.ts';

/** The two directions of a connection that somebody else keeps up: a program whose words say why it ended. */
export interface Relayed {
  readonly reading: Readable;
  readonly writing: Writable;
  /** Is asked once the other side has said its last: why that was. Without a reason it is a plain end. */
  why(heardNothing: boolean): Promise<QmpError | undefined>;
  /** Lets go of whoever keeps it up. May be called twice. */
  release(): void;
}

/** One stream of two. What was read has been handed on before it fails or ends. */
export function relay({ reading, writing, why, release }: Relayed): Duplex {
  let heardNothing = true;
  let isOver = false;
  const stream = new Duplex({
    allowHalfOpen: false,
    read() {},
    write(chunk, _, done) {
      // That it can't be written any more shows at the other direction.
      writing.write(chunk, () => done());
    },
    final(done) {
      writing.end(() => done());
    },
    destroy(error, done) {
      isOver = true;
      release();
      done(error);
    },
  });
  const over = async () => {
    if (isOver) return;
    isOver = true;
    const error = await why(heardNothing);
    if (stream.destroyed) return;
    if (error) stream.destroy(error);
    else stream.push(null);
    release();
  };
  reading.on('data', (chunk: Uint8Array) => {
    heardNothing = false;
    stream.push(chunk);
  });
  for (const event of ['end', 'close', 'error'] as const) reading.on(event, over);
  writing.on('error', () => {});
  // An error between here and the session's own listener must not end the process.
  stream.on('error', () => {});
  return stream;
}
