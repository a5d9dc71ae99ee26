import type { Frame } from '../terminal/frame.ts';
import { Screen, type TerminalOutput } from '../terminal/screen.ts';

/** The shortest time between two drawings, in milliseconds, by what they are for. */
export const PACE = { key: 0, print: 16, progress: 33 } as const;

/** A screen that draws once for all that comes within a moment, and then what is true by then. */
export class PacedScreen {
  readonly #screen: Screen;
  readonly #frame: () => Frame;
  #printed: string[] = [];
  #last = 0;
  #due = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #held = false;

  constructor(output: TerminalOutput, frame: () => Frame) {
    this.#screen = new Screen(output);
    this.#frame = frame;
  }

  /** Keeps a text for the next drawing. */
  print(text: string): void {
    this.#printed.push(text.replace(/\n$/, ''));
    this.draw('print');
  }

  /** Draws soon. */
  draw(reason: keyof typeof PACE): void {
    const now = performance.now();
    const due = Math.max(now, this.#last + PACE[reason]);
    if (this.#held || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.drawNow(), due - now);
  }

  /** Draws, with all that has been printed so far. */
  drawNow(frame = this.#frame()): void {
    this.#rest();
    const above = this.#printed.length > 0 ? this.#printed.join('\n') : undefined;
    this.#printed = [];
    this.#screen.draw(frame, above);
  }

  /** Leaves the frame behind as printed text, below all that has been printed. */
  finish(frame: Frame): void {
    if (this.#printed.length > 0) this.drawNow();
    this.#rest();
    this.#screen.finish(frame);
  }

  clear(): void {
    if (this.#printed.length > 0) this.drawNow();
    this.#screen.clear(this.#frame());
  }

  /** Takes the frame away and draws no more until it is released; what is printed meanwhile is kept. */
  hold(): void {
    if (this.#printed.length > 0) this.drawNow();
    this.#rest();
    this.#screen.erase();
    this.#held = true;
  }

  /** Draws again, in a terminal where others have written. */
  release(): void {
    this.#held = false;
    this.#screen.forget();
    this.drawNow();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
    this.#last = performance.now();
  }
}
