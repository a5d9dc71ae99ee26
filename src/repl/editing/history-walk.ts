import { changed, settled, snapshot } from './changes.ts';
import type { EditState } from './edit-state.ts';
import { wordAfter } from './places.ts';

/** The next older (1) or newer (-1) entry that begins with what had been typed; behind the newest that text itself again. */
export function walked(state: EditState, history: readonly string[], direction: 1 | -1): EditState {
  const walk = state.walk ?? {
    draft: snapshot(state),
    found: history.filter(entry => entry.startsWith(state.text) && entry !== state.text),
    index: -1,
  };
  const index = walk.index + direction;
  if (index < -1 || index >= walk.found.length) return { ...settled(state), walk: state.walk };
  const entry = walk.found[index];
  const next = entry === undefined ? walk.draft : { text: entry, cursor: entry.length };
  return { ...changed(state, next, state.walk !== undefined), walk: { ...walk, index } };
}

/** What the newest entry that begins with the text goes on with; empty for none, or where the cursor is not at the end. */
export function suggestion(state: EditState, history: readonly string[]): string {
  const { text, cursor } = state;
  if (cursor < text.length || text.trim() === '' || state.menu || state.walk) return '';
  const entry = history.find(candidate => candidate.length > text.length && candidate.startsWith(text));
  return entry?.slice(text.length) ?? '';
}

/** The suggestion, or its first word, as part of the text; undefined where there is none. */
export function suggested(
  state: EditState,
  history: readonly string[],
  part: 'all' | 'word',
): EditState | undefined {
  const rest = suggestion(state, history);
  if (!rest) return undefined;
  const taken = part === 'all' ? rest : rest.slice(0, wordAfter(rest, 0));
  const text = state.text + taken;
  return changed(state, { text, cursor: text.length });
}
