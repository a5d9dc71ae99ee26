import { changed, settled } from './changes.ts';
import type { Edited, EditState, Menu, Surroundings } from './edit-state.ts';
import { chordOf, type Key } from './key.ts';
import { keymap } from './keymap.ts';
import { pastedText, withTyped } from './lines.ts';
import { reopened, selectedBy, taken } from './menu.ts';
import { searchKey } from './search.ts';

/** What a key makes of an entry. It never throws, and a pasted text enters nothing by itself. */
export function edit(state: EditState, key: Key, around: Surroundings): Edited {
  if (state.search) {
    const { state: next, passed } = searchKey(state, state.search, key, around.history);
    return passed ? edit(next, key, around) : { state: next };
  }
  if (state.menu) {
    const next = menuKey(state, state.menu, key, around);
    if (next) return { state: next };
  }
  if (key.name === 'paste') return { state: withPasted(state, key.text) };
  const chord = state.last === 'ctrl-x' ? `C-x+${chordOf(key)}` : chordOf(key);
  const command = keymap.get(chord);
  if (command) return command({ ...state, menu: undefined }, around);
  if (key.text && state.last !== 'ctrl-x') return { state: withTyped(state, key.text) };
  return { state: settled(state) };
}

/** Another text in the line, which undo takes back. */
export function withText(state: EditState, text: string): EditState {
  const clean = pastedText(text);
  return changed(state, { text: clean, cursor: clean.length });
}

function withPasted(state: EditState, text: string): EditState {
  const clean = pastedText(text);
  const whole = state.text.slice(0, state.cursor) + clean + state.text.slice(state.cursor);
  return changed(state, { text: whole, cursor: state.cursor + clean.length });
}

/** What a key does while a menu is open; undefined for one that closes it and then does what it always does. */
function menuKey(state: EditState, menu: Menu, key: Key, around: Surroundings): EditState | undefined {
  const { completion, selected } = menu;
  const candidate = completion.candidates[selected];
  switch (chordOf(key)) {
    case 'tab':
    case 'down':
    case 'C-n':
      return selectedBy(state, 1);
    case 'S-tab':
    case 'up':
    case 'C-p':
      return selectedBy(state, -1);
    case 'pagedown':
      return selectedBy(state, Math.min(PAGE, completion.candidates.length - 1 - selected));
    case 'pageup':
      return selectedBy(state, -Math.min(PAGE, Math.max(0, selected)));
    case 'return':
    case 'enter':
      return candidate && taken(state, completion, candidate);
    case 'escape':
    case 'C-g':
      return settled(state);
    case 'backspace': {
      const { state: next } = edit({ ...state, menu: undefined }, key, around);
      return next.cursor > completion.start ? reopened(next, around, candidate) : next;
    }
    default:
      if (!key.text || key.name === 'paste') return undefined;
      return reopened(withTyped(state, key.text), around, candidate);
  }
}

const PAGE = 10;
