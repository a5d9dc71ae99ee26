import { Wire } from '../faults/wire.ts';

/** A socket before another one, whose connections can be cut in the middle. */
export class Cut {
  #wire!: Wire;
  #at: { readonly words: string; left: number; readonly isSent: boolean } | undefined;
  /** What has gone through, a command after the other. */
  readonly commands: string[] = [];
  /** How often a connection was cut. */
  times = 0;

  /** Whether what QEMU says is lost already, and what is said to it. */
  #isDeaf = false;
  #isMute = false;

  static async listen(path: string, behind: string): Promise<Cut> {
    const cut = new Cut();
    cut.#wire = await Wire.listen(path, behind, {
      onSend: text => cut.#holds(text),
      alter: text => (cut.#isDeaf ? '' : text),
    });
    return cut;
  }

  /** Cuts the connection once, when a command has gone through, before its reply has; or before it has gone through. */
  at(command: string, when: 'unsent' | 'unanswered' = 'unanswered'): void {
    this.#at = { words: `"execute":"${command}"`, left: 1, isSent: when === 'unanswered' };
  }

  /** Cuts the connection once, at a command by its number from 1, when it has gone through or before. */
  atNumber(number: number, when: 'unsent' | 'unanswered'): void {
    this.#at = { words: '"execute":"', left: number, isSent: when === 'unanswered' };
  }

  /** Cuts every connection there is. */
  now(): void {
    this.times++;
    this.#isDeaf = false;
    this.#isMute = false;
    this.#wire.cut();
  }

  close(): void {
    this.now();
    this.#wire.close();
  }

  /** Whether a command is held back, with all that come behind it; where it is to be cut, it is cut soon. */
  #holds(text: string): boolean {
    this.commands.push(/"execute":"([^"]*)"/.exec(text)?.[1] ?? '');
    const at = this.#at;
    if (at && text.includes(at.words)) at.left--;
    if (!at || at.left > 0) return this.#isMute;
    this.#at = undefined;
    this.#isDeaf = true;
    this.#isMute = !at.isSent;
    setTimeout(() => this.now(), 30);
    return this.#isMute;
  }
}
