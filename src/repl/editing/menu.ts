import type { Candidate, Completion } from '../../editor/completion.ts';
import { replaced, settled } from './changes.ts';
import type { EditState, Surroundings } from './edit-state.ts';

/**
 * What Tab does: the only candidate is taken; of several what they have in common is typed, or else a menu opens with the
 * first of them selected.
 */
export function completed(state: EditState, around: Surroundings): EditState {
  const completion = around.complete(state.text, state.cursor);
  const { start, end, candidates } = completion;
  const [only, ...others] = candidates;
  if (!only) return settled(state);
  if (others.length === 0) return taken(state, completion, only);
  const common = commonPrefix(candidates.map(({ text }) => text));
  const piece = state.text.slice(start, state.cursor);
  if (common.length <= piece.length || !common.startsWith(piece)) {
    return { ...settled(state), menu: { completion, selected: 0 } };
  }
  const longer = replaced(state, start, end, common);
  return reopened(longer, around, undefined);
}

/** The text with the candidate in place, and a space behind it where something else may follow. */
export function taken(state: EditState, { start, end }: Completion, candidate: Candidate): EditState {
  const next = state.text.charAt(end);
  const space = candidate.isOpen || /^\s/.test(next) ? '' : ' ';
  const put = replaced(state, start, end, candidate.text + space);
  return next === ' ' && !candidate.isOpen ? { ...put, cursor: put.cursor + 1 } : put;
}

/** The menu's selection so many candidates further, around its ends. */
export function selectedBy(state: EditState, by: number): EditState {
  const { menu } = state;
  if (!menu) return state;
  const count = menu.completion.candidates.length;
  const from = menu.selected < 0 && by < 0 ? 0 : menu.selected;
  return { ...state, menu: { ...menu, selected: (((from + by) % count) + count) % count } };
}

/** The state with the menu for what its text has become: `kept` stays selected while it is on offer. Closed when nothing is. */
export function reopened(state: EditState, around: Surroundings, kept: Candidate | undefined): EditState {
  const completion = around.complete(state.text, state.cursor);
  const { candidates } = completion;
  if (candidates.length === 0) return { ...state, menu: undefined };
  const same = candidates.findIndex(({ text }) => text === kept?.text);
  return { ...state, menu: { completion, selected: kept ? Math.max(0, same) : -1 } };
}

function commonPrefix(texts: readonly string[]): string {
  const [first = '', ...others] = texts.map(text => [...text]);
  const differs = (at: number) => others.some(other => other[at] !== first[at]);
  let length = 0;
  while (length < first.length && !differs(length)) length++;
  return [...first].slice(0, length).join('');
}
