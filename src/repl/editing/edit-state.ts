import type { Completion } from '../../editor/completion.ts';

/** What the editor asks of the language and of the session, anew at each key. */
export interface Surroundings {
  complete(text: string, offset: number): Completion;
  /** The styles of a text's pieces, in their order; what none covers is plain. Names of styles are those of the theme. */
  highlight(text: string): readonly Highlight[];
  /** What may follow at the offset, in a few words; empty for nothing. */
  hint(text: string, offset: number): string;
  /** Whether the text wants more lines before it can be entered. */
  isOpen(text: string): boolean;
  /** Newest first. */
  readonly history: readonly string[];
}

export interface Highlight {
  readonly start: number;
  readonly end: number;
  readonly style: string;
}

/** A text as it stood, with the cursor's place in it. */
export interface Snapshot {
  readonly text: string;
  readonly cursor: number;
}

/** An entry that is being typed, and all that the next key depends on. */
export interface EditState extends Snapshot {
  /** What undo goes back to, oldest first. */
  readonly past: readonly Snapshot[];
  readonly future: readonly Snapshot[];
  /** Texts that were killed, newest first. */
  readonly kills: readonly string[];
  /** What the last key did, where the next one goes on with it. */
  readonly last: 'typing' | 'erasing' | 'kill' | 'yank' | 'ctrl-x' | undefined;
  /** Of the last yank: where it begins, and which of the kills it put there. */
  readonly yank: { readonly start: number; readonly index: number };
  /** The column that moves between lines keep to. */
  readonly goal: number | undefined;
  readonly walk: HistoryWalk | undefined;
  readonly menu: Menu | undefined;
  readonly search: Search | undefined;
}

/** A walk through the entries that begin with what had been typed. */
export interface HistoryWalk {
  readonly draft: Snapshot;
  readonly found: readonly string[];
  /** The entry shown: -1 for the draft. */
  readonly index: number;
}

/** The completions on offer. */
export interface Menu {
  readonly completion: Completion;
  /** -1 for none yet. */
  readonly selected: number;
}

/** A search through history. */
export interface Search {
  readonly query: string;
  readonly found: readonly Found[];
  readonly selected: number;
}

/** An entry that a search found, with the offsets of the characters that matched. */
export interface Found {
  readonly entry: string;
  readonly at: readonly number[];
}

/** What an editor cannot do by itself. */
export type Effect = 'accept' | 'end' | 'interrupt' | 'clear' | 'edit' | 'suspend';

/** What comes of a key. */
export interface Edited {
  readonly state: EditState;
  readonly effect?: Effect;
}

/** An empty entry; what was killed in earlier ones can still be yanked. */
export function emptyState(kills: readonly string[] = []): EditState {
  return {
    text: '',
    cursor: 0,
    past: [],
    future: [],
    kills,
    last: undefined,
    yank: { start: 0, index: 0 },
    goal: undefined,
    walk: undefined,
    menu: undefined,
    search: undefined,
  };
}
