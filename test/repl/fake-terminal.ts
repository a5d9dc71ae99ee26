import { PassThrough, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { type TerminalPromptOptions, terminalPrompt } from '../../src/repl/terminal-prompt.ts';
import { Xterm } from '../terminal/xterm.ts';
import { surroundingsOf } from './surroundings.ts';

class Input extends PassThrough {
  readonly modes: boolean[] = [];

  setRawMode(raw: boolean): this {
    this.modes.push(raw);
    return this;
  }
}

class Output extends Writable {
  readonly xterm: Xterm;
  sent = '';

  constructor(xterm: Xterm) {
    super({ decodeStrings: false });
    this.xterm = xterm;
  }

  get columns(): number {
    return this.xterm.columns;
  }

  get rows(): number {
    return this.xterm.rows;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.sent += chunk;
    this.xterm.write(chunk);
    done();
  }
}

/** A prompt at a terminal that is typed into by `press`, as bytes, and looked at. */
export function fakeTerminal(
  options: Partial<TerminalPromptOptions> & { readonly width?: number; readonly height?: number } = {},
) {
  const { width = 40, height = 12, ...others } = options;
  const xterm = new Xterm(width, height);
  const input = new Input();
  const output = new Output(xterm);
  const prompt = terminalPrompt({
    input,
    output,
    surroundings: surroundingsOf(),
    label: () => 'qblk> ',
    color: false,
    reflow: 'xterm.js',
    ...others,
  });
  const rest = async () => {
    // One behind the other, as the prompt's own waits are: a machine that stalls delays them alike.
    for (const moment of [15, 30, 40]) await wait(moment);
    await xterm.shown();
  };
  return {
    prompt,
    input,
    output,
    xterm,
    rest,
    /** Sends bytes as a terminal does, and waits until all is drawn. */
    press: async (...chunks: readonly (string | Buffer)[]) => {
      for (const chunk of chunks) {
        input.write(chunk);
        await new Promise(setImmediate);
      }
      await rest();
    },
    resize: async (columns: number, rows: number) => {
      xterm.terminal.resize(columns, rows);
      output.emit('resize');
      await rest();
    },
  };
}
