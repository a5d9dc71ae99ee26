import { PacedScreen } from '../../repl/paced-screen.ts';
import type { Answer } from '../../repl/prompt.ts';
import { answering, lastWord, questionText, waitingFrame } from '../../repl/question.ts';
import { readKeys, type TerminalInput } from '../../repl/terminal-keys.ts';
import { emptyFrame } from '../../terminal/frame.ts';

/** The bottom of a terminal while a script runs. It alone writes there: what is printed goes above its lines. */
export interface StatusArea {
  print(text: string): void;
  /** Lines that stay until others take their place. */
  show(lines: readonly string[]): void;
  /** Asks under the lines for one of some answers; Ctrl-C at the question calls `onInterrupt`. Resolves with the last word once `over` aborts. */
  ask(
    question: string,
    answers: readonly Answer[],
    over: AbortSignal,
    onInterrupt: () => void,
  ): Promise<string>;
  /** Draws what is left to draw; the terminal is as it was. */
  close(): void;
}

/** Takes the bottom of the terminal that `output` is. */
export function openStatusArea(output: NodeJS.WriteStream, input: TerminalInput): StatusArea {
  let shown: readonly string[] = [];
  let asked: string | undefined;
  const width = () => output.columns || 80;
  const screen = new PacedScreen(
    {
      write: text => output.write(text),
      get columns() {
        return width();
      },
      get rows() {
        return output.rows || 24;
      },
    },
    () => waitingFrame(shown, asked, width()),
  );
  const close = () => {
    process.off('exit', close);
    shown = [];
    asked = undefined;
    screen.drawNow(emptyFrame);
  };
  // However the program ends, what was printed last is seen.
  process.on('exit', close);
  return {
    print: text => screen.print(text),
    show(lines) {
      shown = lines;
      screen.draw('progress');
    },
    ask: (question, answers, over, onInterrupt) =>
      new Promise(resolve => {
        // The terminal has written `^C` somewhere, so all is drawn anew.
        asked = questionText(question, answers);
        screen.hold();
        screen.release();
        const rawMode = (raw: boolean) => input.setRawMode?.(raw);
        const restore = () => rawMode(false);
        process.on('exit', restore);
        rawMode(true);
        const end = (word: string) => {
          stop();
          rawMode(false);
          process.off('exit', restore);
          over.removeEventListener('abort', giveUp);
          asked = undefined;
          screen.drawNow();
          resolve(word);
        };
        const giveUp = () => end(lastWord(answers));
        const stop = readKeys(
          input,
          key => {
            if (key.ctrl && key.name === 'c') {
              end(lastWord(answers));
              onInterrupt();
              return;
            }
            const word = answering(key, answers).word;
            if (word !== undefined) end(word);
          },
          giveUp,
        );
        // An earlier question has paused it.
        input.resume();
        over.addEventListener('abort', giveUp, { once: true });
      }),
    close,
  };
}
