import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** What is done to what goes over a wire. */
export interface WireOptions {
  /** Sees each command that the client sends, before it goes on; what it answers itself, with true, does not. */
  readonly onSend?: (text: string, wire: Wire) => boolean | undefined;
  /** What QEMU says as the client is to have it. */
  readonly alter?: (text: string) => string;
}

/** A socket before that of a QEMU, at which the wire can be looked at, altered and spoken into. */
export class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<Socket>();

  private constructor(behind: string, { onSend, alter = text => text }: WireOptions) {
    this.#server = createServer(client => {
      const qemu = createConnection(behind);
      this.#clients.add(client);
      for (const socket of [client, qemu]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#sockets.delete(socket);
          for (const other of [client, qemu]) other.destroy();
        });
      }
      client.setEncoding('utf8').on('data', text => {
        for (const message of String(text).split(/(?<=\})(?=\{)/))
          if (!onSend?.(message, this)) qemu.write(message);
      });
      qemu.setEncoding('utf8').on('data', text => client.write(alter(String(text))));
    });
  }

  static async listen(path: string, behind: string, options: WireOptions = {}): Promise<Wire> {
    const wire = new Wire(behind, options);
    await new Promise<void>(resolve => wire.#server.listen(path, resolve));
    return wire;
  }

  /** Whether anybody is connected, on either side. */
  get isOpen(): boolean {
    return this.#sockets.size > 0;
  }

  /** Says something to the client in QEMU's name. */
  say(text: string | Buffer): void {
    for (const client of this.#clients) client.write(text);
  }

  /** Ends every connection behind what was said, and takes no other. */
  end(): void {
    for (const client of this.#clients) client.end();
    this.#server.close();
  }

  /** Breaks every connection there is; others may come. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
