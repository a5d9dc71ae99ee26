/** The entries of this and of earlier prompts. */
export interface History {
  /** Newest first, each once, those of other prompts that are open included. An entry may have several lines. */
  readonly entries: readonly string[];
  /** Keeps an entry, safe against the end of the program from here on. One that holds a secret is kept for this prompt only. */
  add(entry: string): void;
  /** The prompt has ended. Nothing may follow: it may end the process. */
  close(): void;
}
