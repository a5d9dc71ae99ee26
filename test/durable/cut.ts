import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** A socket before another one, whose connections can be cut in the middle. */
export class Cut {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #at: string | undefined;
  /** How often a connection was cut. */
  times = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(path: string, behind: string): Promise<Cut> {
    const server = createServer();
    const cut = new Cut(server);
    server.on('connection', client => cut.#join(client, createConnection(behind)));
    await new Promise<void>(resolve => server.listen(path, resolve));
    return cut;
  }

  /** Cuts the connection once, when a command has gone through, before its reply has. */
  at(command: string): void {
    this.#at = `"execute":"${command}"`;
  }

  /** Cuts every connection there is. */
  now(): void {
    this.times++;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.now();
    this.#server.close();
  }

  #join(client: Socket, qemu: Socket): void {
    for (const socket of [client, qemu]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        for (const other of [client, qemu]) other.destroy();
      });
    }
    let isDeaf = false;
    client.on('data', chunk => {
      qemu.write(chunk);
      if (this.#at === undefined || !String(chunk).includes(this.#at)) return;
      this.#at = undefined;
      isDeaf = true;
      setTimeout(() => this.now(), 30);
    });
    qemu.on('data', chunk => {
      if (!isDeaf) client.write(chunk);
    });
  }
}
