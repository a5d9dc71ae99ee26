import type { Answer, Prompt } from '../../../src/repl/prompt.ts';

export interface ScriptedPrompt extends Prompt {
  /** All that was printed, in its order. */
  readonly printed: string[];
  /** What was asked. */
  readonly asked: string[];
  /** What stands in the line. */
  line: string;
  /** Presses Ctrl-C while a statement runs. */
  interrupt(): void;
}

/** An entry, or what is done before the next one is read. */
export type Turn = string | ((prompt: ScriptedPrompt) => Promise<string | undefined> | string | undefined);

/** A prompt at which the entries are known beforehand; `answers` are given in their order, then the last one that is offered. */
export function scriptedPrompt(turns: readonly Turn[], answers: readonly string[] = []): ScriptedPrompt {
  const left = [...turns];
  const given = [...answers];
  const listeners = new Set<() => void>();
  const prompt: ScriptedPrompt = {
    isInteractive: true,
    printed: [],
    asked: [],
    line: '',
    async read() {
      const turn = left.shift();
      return typeof turn === 'function' ? turn(prompt) : turn;
    },
    print: text => void prompt.printed.push(text),
    progress() {},
    async ask(question: string, offered: readonly Answer[]) {
      prompt.asked.push(question);
      const wanted = given.shift();
      const last = offered.at(-1)?.word ?? '';
      return offered.find(({ word, key }) => wanted === word || wanted === key)?.word ?? last;
    },
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh() {},
    prefill(text) {
      prompt.line = text;
    },
    suspend: whileAway => whileAway(),
    close() {},
    interrupt() {
      for (const listener of listeners) listener();
    },
  };
  return prompt;
}
