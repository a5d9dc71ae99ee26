import xterm from '@xterm/headless';
import type { TerminalOutput } from '../../src/terminal/screen.ts';

// The tables of the add-on are unpacked from the beginning of their buffer's memory, which must not be one that is shared.
const { poolSize } = Buffer;
Buffer.poolSize = 0;
const { default: graphemes } = await import('@xterm/addon-unicode-graphemes');
Buffer.poolSize = poolSize;

/** A terminal to look at. What is written is shown once `shown` has resolved. */
export class Xterm implements TerminalOutput {
  readonly terminal: InstanceType<typeof xterm.Terminal>;
  #written: Promise<unknown> = Promise.resolve();
  writes = 0;

  constructor(columns: number, rows: number) {
    this.terminal = new xterm.Terminal({
      cols: columns,
      rows,
      allowProposedApi: true,
      scrollback: 100_000,
      reflowCursorLine: true,
    });
    this.terminal.loadAddon(new graphemes.UnicodeGraphemesAddon() as never);
    this.terminal.unicode.activeVersion = '15-graphemes';
  }

  get columns(): number {
    return this.terminal.cols;
  }

  get rows(): number {
    return this.terminal.rows;
  }

  write(text: string): void {
    this.writes++;
    const done = new Promise<void>(resolve => this.terminal.write(text, resolve));
    this.#written = Promise.all([this.#written, done]);
  }

  async shown(): Promise<this> {
    await this.#written;
    return this;
  }

  /** What is seen, row by row, without the free rows at the end. */
  seen(): string[] {
    const { buffer, rows } = this.terminal;
    return this.#lines(buffer.active.baseY, buffer.active.baseY + rows);
  }

  /** What is seen and what has scrolled away. */
  all(): string[] {
    return this.#lines(0, this.terminal.buffer.active.length);
  }

  cursor(): { row: number; column: number } {
    const { cursorX, cursorY } = this.terminal.buffer.active;
    return { row: cursorY, column: cursorX };
  }

  #lines(from: number, to: number): string[] {
    const lines: string[] = [];
    for (let at = from; at < to; at++) {
      lines.push(this.terminal.buffer.active.getLine(at)?.translateToString(true) ?? '');
    }
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }
}
