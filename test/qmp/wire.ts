import { Duplex } from 'node:stream';
import { openSession, type Session, type SessionOptions } from '../../src/qmp/session.ts';

export const GREETING =
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "test"}, "capabilities": ["oob"]}}\r\n';

/** The far end of an in-memory connection: says what a test tells it to, and keeps what it was told. */
export class Peer extends Duplex {
  readonly sent: string[] = [];
  #waiting: (() => void)[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.sent.push(chunk.toString());
    for (const wake of this.#waiting.splice(0)) wake();
    done();
  }

  say(text: string | Uint8Array): void {
    this.push(typeof text === 'string' ? Buffer.from(text) : text);
  }

  hangUp(): void {
    this.push(null);
  }

  /** Resolves once `count` commands were sent, qmp_capabilities included. */
  async heard(count: number): Promise<void> {
    while (this.sent.length < count) await new Promise<void>(wake => this.#waiting.push(wake));
  }
}

export async function negotiated(options: SessionOptions = {}): Promise<{ peer: Peer; session: Session }> {
  const peer = new Peer();
  const opening = openSession(peer, { address: 'unix:test', ...options });
  peer.say(GREETING);
  await peer.heard(1);
  peer.say('{"return": {}, "id": 0}\r\n');
  return { peer, session: await opening };
}

export function eventLine(event: string, data: object = {}): string {
  return `${JSON.stringify({ timestamp: { seconds: 1, microseconds: 2 }, event, data })}\r\n`;
}
