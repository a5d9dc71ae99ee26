import { Duplex } from 'node:stream';

/** Two streams of which each reads what the other is written: a connection inside one process. Destroying one ends the other. */
export function duplexPair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const makeEnd = (other: number) =>
    new Duplex({
      allowHalfOpen: false,
      read() {},
      write(chunk, _, done) {
        ends[other]?.push(chunk);
        done();
      },
      final(done) {
        ends[other]?.push(null);
        done();
      },
      destroy(error, done) {
        const far = ends[other];
        if (far && !far.destroyed) queueMicrotask(() => far.destroy());
        done(error);
      },
    });
  const [near, far] = [makeEnd(1), makeEnd(0)];
  ends.push(near, far);
  return [near, far];
}
