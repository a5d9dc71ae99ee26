/** Where entries are typed, or read from a pipe, and where what comes of them is shown. */
export interface Prompt {
  /** Whether somebody sits there, who can be asked and sees progress. */
  readonly isInteractive: boolean;
  /** The next whole entry, which may have several lines; undefined at the end of the input. */
  read(): Promise<string | undefined>;
  /**
   * Shows text above what is being typed, which it never touches. Colours are the only escapes in it: whatever came from
   * outside has been made harmless. Results are what a pipe wants to have; messages, which it is without a `kind`, are for people.
   */
  print(text: string, kind?: 'result' | 'message'): void;
  /** Lines that stay at the bottom, in the place of the entry, while a statement runs; none takes them away. */
  progress(lines: readonly string[]): void;
  /** Asks for one of some answers. Resolves with its word: with the last one where nobody can be asked, or `signal` aborts. */
  ask(question: string, answers: readonly Answer[], signal?: AbortSignal): Promise<string>;
  /** Calls `listener` at each Ctrl-C that comes while no entry is being read. Returns the way to stop that. */
  onInterrupt(listener: () => void): () => void;
  /** Draws the prompt again: the QEMU, its state or what is known of it has changed. */
  refresh(): void;
  /** Puts a text into the line, to be changed and entered. */
  prefill(text: string): void;
  /** Hands the terminal to another program, as an editor, until it ends. */
  suspend<T>(whileAway: () => Promise<T>): Promise<T>;
  /** Gives the terminal back as it was. */
  close(): void;
}

export interface Answer {
  /** A letter that is pressed for it. */
  readonly key: string;
  /** What it does, in a word or two that hold the letter. */
  readonly word: string;
  /** It can't be taken back, so Enter has to follow its letter: who types on without looking gives no such answer. */
  readonly isGrave?: true;
}
