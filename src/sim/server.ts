import type { Duplex } from 'node:stream';
import { type JsonObject, stringifyJson } from '../qmp/json.ts';
import { Monitor } from './monitor.ts';
import type { Simulator } from './simulator.ts';

/**
 * Serves a simulator to one client at a time, over any stream: another one waits, without a greeting, until the first has
 * gone. The block graph and its jobs outlive their clients.
 */
export class SimulatorServer {
  readonly #simulator: Simulator;
  readonly #onQuit: () => void;
  readonly #waiting: Duplex[] = [];
  #client: Duplex | undefined;

  /** `onQuit` is called once a client's `quit` is answered. */
  constructor(simulator: Simulator, onQuit: () => void = () => {}) {
    this.#simulator = simulator;
    this.#onQuit = onQuit;
  }

  /** Takes a client in, or lets it wait. */
  accept(stream: Duplex): void {
    stream.on('error', () => stream.destroy());
    stream.on('close', () => this.#leave(stream));
    this.#waiting.push(stream);
    this.#serveNext();
  }

  /** Ends every connection. */
  close(): void {
    this.#simulator.stop();
    for (const stream of this.#waiting.splice(0)) stream.destroy();
    this.#client?.destroy();
  }

  #leave(stream: Duplex): void {
    const at = this.#waiting.indexOf(stream);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (this.#client !== stream) return;
    this.#client = undefined;
    this.#simulator.listen(undefined);
    this.#serveNext();
  }

  #serveNext(): void {
    if (this.#client || this.#simulator.ended) return;
    const stream = this.#waiting.shift();
    if (!stream) return;
    this.#client = stream;
    const monitor = new Monitor(this.#simulator);
    const send = (messages: readonly JsonObject[]) => {
      if (messages.length > 0)
        stream.write(messages.map(message => `${stringifyJson(message)}\r\n`).join(''));
    };
    this.#simulator.listen(said => send(monitor.hear(said)));
    send([monitor.greeting()]);
    stream.on('data', (chunk: Uint8Array) => {
      send(monitor.read(chunk));
      if (this.#simulator.ended) this.#quit(stream);
    });
    // A client that has said all that it wants to say has gone, as QEMU sees it.
    stream.on('end', () => stream.destroy());
  }

  #quit(stream: Duplex): void {
    for (const other of this.#waiting.splice(0)) other.destroy();
    stream.end(() => this.#onQuit());
  }
}
