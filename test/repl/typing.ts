import { edit } from '../../src/repl/editing/edit.ts';
import {
  type EditState,
  type Effect,
  emptyState,
  type Surroundings,
} from '../../src/repl/editing/edit-state.ts';
import { type Key, pasteKey } from '../../src/repl/editing/key.ts';
import { surroundingsOf } from './surroundings.ts';

/** The keys of a script: `<C-a>`, `<M-left>`, `<S-tab>` are keys, `<paste:…>` is a pasted text, the rest is typed. */
function keysOf(script: string): Key[] {
  return [...script.matchAll(/<paste:([^>]*)>|<((?:[CMS]-)*)([^>]+)>|[\s\S]/gu)].map(match => {
    const [whole, pasted, modifiers, name] = match;
    if (pasted !== undefined) return pasteKey(pasted);
    if (name === undefined) return { name: whole, ctrl: false, meta: false, shift: false, text: whole };
    const has = (modifier: string) => modifiers?.includes(`${modifier}-`) === true;
    return { name, ctrl: has('C'), meta: has('M'), shift: has('S'), text: '' };
  });
}

/** What the keys make of an entry, and the effects that they had. */
export function type(
  script: string,
  around: Surroundings = surroundingsOf(),
  from: EditState = emptyState(),
): { state: EditState; effects: Effect[] } {
  let state = from;
  const effects: Effect[] = [];
  for (const key of keysOf(script)) {
    const edited = edit(state, key, around);
    state = edited.state;
    if (edited.effect) effects.push(edited.effect);
  }
  return { state, effects };
}

/** The text with the cursor as `|`. */
export function shown({ text, cursor }: EditState): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}
