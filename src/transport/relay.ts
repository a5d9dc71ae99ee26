import { Duplex, type Readable, type Writable } from 'node:stream';

/** The two directions of a connection, and whoever keeps it up: its words say why it ended. */
export interface Relayed {
  readonly reading: Readable;
  readonly writing: Writable;
  /**
   * Is asked once the other side has said its last, perhaps with an error: why that was. Without a reason it is a plain end; a
   * QmpError tells it all.
   */
  why(heardNothing: boolean, error?: NodeJS.ErrnoException): Promise<Error | undefined>;
  /** Goes in a write of its own behind each that is written. */
  readonly nudge?: string;
  /** Lets go of whoever keeps it up. May be called twice. */
  release(): void;
}

/** One stream of two. What was read has been handed on before it fails or ends. */
export function relay({ reading, writing, why, release, nudge }: Relayed): Duplex {
  let heardNothing = true;
  let isOver = false;
  const stream = new Duplex({
    allowHalfOpen: false,
    read() {},
    write(chunk, _, done) {
      // That it can't be written any more shows at the other direction.
      writing.write(chunk, () => done());
      if (nudge !== undefined) writing.write(nudge);
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
  const over = async (failure?: Error) => {
    if (isOver) return;
    isOver = true;
    const error = await why(heardNothing, failure);
    if (stream.destroyed) return;
    if (error) stream.destroy(error);
    else stream.push(null);
    release();
  };
  reading.on('data', (chunk: Uint8Array) => {
    heardNothing = false;
    stream.push(chunk);
  });
  reading.on('error', over);
  for (const event of ['end', 'close'] as const) reading.on(event, () => over());
  writing.on('error', () => {});
  // An error between here and the session's own listener must not end the process.
  stream.on('error', () => {});
  return stream;
}
