import type { TerminalOutput } from '../terminal/screen.ts';
import { harmless } from '../text/harmless.ts';
import { edit, withText } from './editing/edit.ts';
import { type Effect, emptyState, type Surroundings } from './editing/edit-state.ts';
import { chordOf, type Key } from './editing/key.ts';
import { settledView, view } from './editing/view.ts';
import { PacedScreen } from './paced-screen.ts';
import type { Answer, Prompt } from './prompt.ts';
import { answering, lastWord, questionText, waitingFrame } from './question.ts';
import { readKeys, type TerminalInput } from './terminal-keys.ts';
import { takeTerminal } from './terminal-mode.ts';

/** Where a terminal prompt reads and draws, and what it asks of the language. */
export interface TerminalPromptOptions {
  readonly input: TerminalInput;
  readonly output: NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };
  /** Its members are asked anew at each key. */
  readonly surroundings: Surroundings;
  /** What stands before the entry; it may be styled. */
  readonly label: () => string;
  readonly color: boolean;
  /** Lets a program change the entry (Ctrl-X Ctrl-E), the terminal being free for it; undefined leaves the entry as it is. */
  readonly edit?: (text: string) => Promise<string | undefined>;
  /** How the terminal breaks rows when it becomes narrower, where that is not to be told by its name. */
  readonly reflow?: TerminalOutput['reflow'];
  /** How to leave, which Ctrl-C on an empty line tells. */
  readonly leaving?: string;
}

const STOP_MS = 100;

interface Question {
  readonly text: string;
  readonly answers: readonly Answer[];
  readonly answer: (word: string) => void;
  /** What has been typed of an answer that wants Enter. */
  readonly typed?: string;
}

function askedText({ text, typed = '' }: Question): string {
  return typed === '' ? text : `${text} ${harmless(typed)}`;
}

/** A prompt that draws its entry itself, at a terminal. It holds the terminal until it is closed, or the process ends. */
export function terminalPrompt(options: TerminalPromptOptions): Prompt {
  const { input, output, surroundings, label, color } = options;
  let state = emptyState();
  let ahead: Key[] = [];
  let lines: readonly string[] = [];
  let question: Question | undefined;
  let questions: Promise<unknown> = Promise.resolve();
  let reading: ((entry: string | undefined) => void) | undefined;
  let isEnded = false;
  let isAway = false;
  let isClosed = false;
  let isStopped = false;
  const listeners = new Set<() => void>();

  const size: TerminalOutput = {
    reflow: options.reflow ?? (process.env['TERM_PROGRAM'] === 'vscode' ? 'xterm.js' : undefined),
    write: (text: string) => void output.write(text),
    get columns() {
      return output.columns || 80;
    },
    get rows() {
      return output.rows || 24;
    },
  };
  const frame = () =>
    reading && !question
      ? view(state, surroundings, label(), size.columns, size.rows, color)
      : waitingFrame(reading ? [] : lines, question && askedText(question), size.columns);
  const screen = new PacedScreen(size, frame);
  const settle = (text: string) => settledView(text, surroundings, label(), size.columns, color);

  const enter = (entry: string | undefined) => {
    const resolve = reading;
    screen.finish(settle(state.text));
    state = emptyState(state.kills);
    reading = undefined;
    resolve?.(entry);
  };
  const end = () => {
    isEnded = true;
    if (question) question.answer(lastWord(question.answers));
    if (reading) enter(undefined);
  };
  const effects: Record<Effect, () => void> = {
    accept: () => {
      if (state.text.trim() !== '') return enter(state.text);
      screen.finish(settle(state.text));
      state = emptyState(state.kills);
    },
    end,
    interrupt: () => screen.print(options.leaving ?? 'Ctrl-D leaves.'),
    clear: () => screen.clear(),
    edit: () => void editElsewhere(),
    suspend: () => stop(),
  };
  const editElsewhere = async () => {
    const { edit: change } = options;
    if (!change) return;
    const text = await prompt.suspend(() => change(state.text)).catch(() => undefined);
    if (text !== undefined) prompt.prefill(text);
  };
  const stop = () => {
    if (reading) screen.finish(frame());
    screen.hold();
    mode.leave();
    isStopped = true;
    process.kill(process.pid, 'SIGTSTP');
    // Nothing stops where no shell is there to wake it up again.
    setTimeout(() => isStopped && takeBack(), STOP_MS);
  };
  const takeBack = () => {
    if (isAway) return;
    isStopped = false;
    mode.enter();
    screen.release();
  };
  const onKey = (key: Key) => {
    const chord = chordOf(key);
    if (question) {
      const { word, typed } = answering(key, question.answers, question.typed);
      if (word !== undefined) question.answer(word);
      else question = { ...question, typed };
    } else if (reading) {
      const edited = edit(state, key, surroundings);
      state = edited.state;
      if (edited.effect) effects[edited.effect]();
    } else if (chord === 'C-c') {
      ahead = [];
      for (const listener of [...listeners]) listener();
    } else if (chord === 'C-z') stop();
    else if (chord === 'C-l') screen.clear();
    else ahead.push(key);
    screen.draw('key');
  };

  /** What was typed while nothing was read, as far as it goes. */
  const replay = () => {
    while (reading && !question) {
      const key = ahead.shift();
      if (!key) return;
      onKey(key);
    }
  };

  const mode = takeTerminal(input, output, {
    giveBack: () => screen.hold(),
    takeBack,
  });
  const stopKeys = readKeys(input, onKey, end);
  const resized = () => screen.draw('key');
  output.on('resize', resized);
  output.on('error', end);
  mode.enter();

  const askNow = (text: string, answers: readonly Answer[], signal: AbortSignal | undefined) =>
    new Promise<string>(resolve => {
      const away = () => answer(lastWord(answers));
      const answer = (word: string) => {
        signal?.removeEventListener('abort', away);
        question = undefined;
        screen.print(`${text} ${word}`);
        resolve(word);
        replay();
      };
      if (isEnded || signal?.aborted) return resolve(lastWord(answers));
      signal?.addEventListener('abort', away);
      question = { text: questionText(text, answers), answers, answer };
      screen.draw('key');
    });

  const prompt: Prompt = {
    isInteractive: true,
    read: () => {
      if (reading) throw new Error('An entry is being read already');
      lines = [];
      if (isEnded) return Promise.resolve(undefined);
      return new Promise(resolve => {
        reading = resolve;
        replay();
        screen.draw('key');
      });
    },
    print: text => screen.print(text),
    progress: now => {
      lines = now;
      screen.draw('progress');
    },
    ask: (text, answers, signal) => {
      const asked = questions.then(() => askNow(text, answers, signal));
      questions = asked;
      return asked;
    },
    onInterrupt: listener => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    refresh: () => screen.draw('print'),
    prefill: text => {
      state = withText(state, text);
      screen.draw('key');
    },
    suspend: async whileAway => {
      isAway = true;
      screen.hold();
      input.pause();
      mode.leave();
      try {
        return await whileAway();
      } finally {
        isAway = false;
        mode.enter();
        input.resume();
        screen.release();
      }
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      end();
      stopKeys();
      screen.hold();
      output.off('resize', resized);
      mode.close();
    },
  };
  return prompt;
}
