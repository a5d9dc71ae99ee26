import { changed, replaced, settled } from './changes.ts';
import type { EditState } from './edit-state.ts';

const MOST_KILLS = 60;

/** Without what stands between the offsets, which can be yanked. Kills in a row become one text. */
export function killed(state: EditState, start: number, end: number): EditState {
  if (start >= end) return settled(state);
  const piece = state.text.slice(start, end);
  const [newest = '', ...older] = state.kills;
  const joins = state.last === 'kill' && state.kills.length > 0;
  const grown = start < state.cursor ? piece + newest : newest + piece;
  const kills = joins ? [grown, ...older] : [piece, ...state.kills].slice(0, MOST_KILLS);
  return { ...replaced(state, start, end, ''), kills, last: 'kill' };
}

/** The text killed last, at the cursor. */
export function yanked(state: EditState): EditState {
  const [newest] = state.kills;
  if (newest === undefined) return settled(state);
  const start = state.cursor;
  return { ...replaced(state, start, start, newest), last: 'yank', yank: { start, index: 0 } };
}

/** The text killed before the one that was just yanked, in its place; nothing but right behind a yank. */
export function yankedEarlier(state: EditState): EditState {
  if (state.last !== 'yank') return settled(state);
  const { start, index } = state.yank;
  const next = (index + 1) % state.kills.length;
  const text = state.kills[next] ?? '';
  const whole = state.text.slice(0, start) + text + state.text.slice(state.cursor);
  const other = changed(state, { text: whole, cursor: start + text.length }, true);
  return { ...other, last: 'yank', yank: { start, index: next } };
}
