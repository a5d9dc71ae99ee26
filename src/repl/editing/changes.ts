import type { EditState, Snapshot } from './edit-state.ts';

const MOST_STEPS = 1000;

/** The state at rest: nothing goes on from the last key. */
export function settled(state: EditState): EditState {
  return { ...state, last: undefined, goal: undefined, walk: undefined, menu: undefined, search: undefined };
}

/** The cursor somewhere else. */
export function moved(state: EditState, cursor: number): EditState {
  return { ...settled(state), cursor };
}

/** Another text, which undo takes back: with the change before it in one step where `joins` is set. */
export function changed(state: EditState, next: Snapshot, joins = false): EditState {
  if (next.text === state.text) return moved(state, next.cursor);
  const past =
    joins && state.past.length > 0 ? state.past : [...state.past, snapshot(state)].slice(-MOST_STEPS);
  return { ...settled(state), text: next.text, cursor: next.cursor, past, future: [] };
}

/** `text` in place of what stands between the two offsets, the cursor behind it. */
export function replaced(
  state: EditState,
  start: number,
  end: number,
  text: string,
  joins = false,
): EditState {
  const whole = state.text.slice(0, start) + text + state.text.slice(end);
  return changed(state, { text: whole, cursor: start + text.length }, joins);
}

/** A typed text at the cursor. Undo takes back a word at once. */
export function typed(state: EditState, text: string): EditState {
  const before = state.text.charAt(state.cursor - 1);
  const joins = state.last === 'typing' && !(/\s/.test(before) && !/\s/.test(text));
  return { ...replaced(state, state.cursor, state.cursor, text, joins), last: 'typing' };
}

/** Without what stands between the offsets. Undo takes back at once what is erased in a row. */
export function erased(state: EditState, start: number, end: number): EditState {
  if (start >= end) return settled(state);
  return { ...replaced(state, start, end, '', state.last === 'erasing'), last: 'erasing' };
}

/** The text before the last change. */
export function undone(state: EditState): EditState {
  const before = state.past.at(-1);
  if (!before) return settled(state);
  return {
    ...settled(state),
    ...before,
    past: state.past.slice(0, -1),
    future: [...state.future, snapshot(state)],
  };
}

/** The text before the last undo. */
export function redone(state: EditState): EditState {
  const after = state.future.at(-1);
  if (!after) return settled(state);
  return {
    ...settled(state),
    ...after,
    past: [...state.past, snapshot(state)],
    future: state.future.slice(0, -1),
  };
}

/** The text and the cursor alone. */
export function snapshot({ text, cursor }: Snapshot): Snapshot {
  return { text, cursor };
}
