import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** A socket before another one, whose connections can be cut in the middle. */
export class Cut {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #at: { readonly words: string; left: number; readonly isSent: boolean } | undefined;
  /** What has gone through, a command after the other. */
  readonly commands: string[] = [];
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
    this.#at = { words: `"execute":"${command}"`, left: 1, isSent: true };
  }

  /** Cuts the connection once, at a command by its number from 1, when it has gone through or before. */
  atNumber(number: number, when: 'unsent' | 'unanswered'): void {
    this.#at = { words: '"execute":"', left: number, isSent: when === 'unanswered' };
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
      const text = String(chunk);
      this.commands.push(...[...text.matchAll(/"execute":"([^"]*)"/g)].map(([, name = '']) => name));
      const at = this.#at;
      if (at) at.left -= text.split(at.words).length - 1;
      const isHere = at !== undefined && at.left <= 0;
      if (!isHere || at.isSent) qemu.write(chunk);
      if (!isHere) return;
      this.#at = undefined;
      isDeaf = true;
      setTimeout(() => this.now(), 30);
    });
    qemu.on('data', chunk => {
      if (!isDeaf) client.write(chunk);
    });
  }
}
