import { graphemeAfter, graphemeBefore } from '../../terminal/graphemes.ts';
import { changed, erased, moved, redone, settled, undone } from './changes.ts';
import type { Edited, EditState, Effect, Surroundings } from './edit-state.ts';
import { suggested, walked } from './history-walk.ts';
import { killed, yanked, yankedEarlier } from './kills.ts';
import { withNewline } from './lines.ts';
import { completed } from './menu.ts';
import { lineAway, lineEnd, lineStart, pieceBefore, transposed, wordAfter, wordBefore } from './places.ts';
import { searching } from './search.ts';

/** What a key does to an entry. */
export type Command = (state: EditState, around: Surroundings) => Edited;

type Change = (state: EditState, around: Surroundings) => EditState;

const to =
  (change: Change): Command =>
  (state, around) => ({ state: change(state, around) });

const right: Change = (state, { history }) =>
  suggested(state, history, 'all') ?? moved(state, graphemeAfter(state.text, state.cursor));
const left: Change = state => moved(state, graphemeBefore(state.text, state.cursor));
const end: Change = (state, { history }) =>
  suggested(state, history, 'all') ?? moved(state, lineEnd(state.text, state.cursor));
const home: Change = state => moved(state, lineStart(state.text, state.cursor));
const wordRight: Change = (state, { history }) =>
  suggested(state, history, 'word') ?? moved(state, wordAfter(state.text, state.cursor));
const wordLeft: Change = state => moved(state, wordBefore(state.text, state.cursor));

const up: Change = (state, { history }) => {
  const away = state.walk ? undefined : lineAway(state, -1);
  return away ? { ...moved(state, away.cursor), goal: away.goal } : walked(state, history, 1);
};
const down: Change = (state, { history }) => {
  const away = state.walk ? undefined : lineAway(state, 1);
  if (away) return { ...moved(state, away.cursor), goal: away.goal };
  return state.walk ? walked(state, history, -1) : settled(state);
};

const eraseLeft: Change = state => erased(state, graphemeBefore(state.text, state.cursor), state.cursor);
const eraseRight: Change = state => erased(state, state.cursor, graphemeAfter(state.text, state.cursor));
const killWordLeft: Change = state => killed(state, wordBefore(state.text, state.cursor), state.cursor);
const killWordRight: Change = state => killed(state, state.cursor, wordAfter(state.text, state.cursor));
const killPiece: Change = state => killed(state, pieceBefore(state.text, state.cursor), state.cursor);
const killToEnd: Change = state => {
  const last = lineEnd(state.text, state.cursor);
  return killed(state, state.cursor, last === state.cursor ? Math.min(last + 1, state.text.length) : last);
};
const killToStart: Change = state => {
  const first = lineStart(state.text, state.cursor);
  return killed(state, first === state.cursor ? Math.max(0, first - 1) : first, state.cursor);
};

const enter: Command = (state, { isOpen }) =>
  isOpen(state.text) ? { state: withNewline(state) } : { state: settled(state), effect: 'accept' };
const cancel: Command = state =>
  state.text === ''
    ? { state: settled(state), effect: 'interrupt' }
    : { state: changed(state, { text: '', cursor: 0 }) };
const endOrErase: Command = (state, around) =>
  state.text === '' ? { state: settled(state), effect: 'end' } : { state: eraseRight(state, around) };

const only =
  (effect: Effect): Command =>
  state => ({ state: settled(state), effect });

/** What each key does where no menu and no search is open. `C-x+u` is a `u` behind Ctrl-X. */
export const keymap: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    'right C-f': to(right),
    'left C-b': to(left),
    'home C-a': to(home),
    'end C-e': to(end),
    'M-f C-right M-right': to(wordRight),
    'M-b C-left M-left': to(wordLeft),
    'up C-p': to(up),
    'down C-n': to(down),
    'M-<': to(state => moved(state, 0)),
    'M->': to(state => moved(state, state.text.length)),
    'backspace C-h S-backspace': to(eraseLeft),
    'delete S-delete': to(eraseRight),
    'C-w': to(killPiece),
    'M-backspace C-backspace': to(killWordLeft),
    'M-d M-delete C-delete': to(killWordRight),
    'C-k': to(killToEnd),
    'C-u': to(killToStart),
    'C-y': to(yanked),
    'M-y': to(yankedEarlier),
    'C-_ C-x+C-u C-x+u': to(undone),
    'M-/ M-_': to(redone),
    'C-t': to(state => changed(state, transposed(state))),
    tab: to(completed),
    'C-r': to((state, { history }) => searching(state, history)),
    'return enter': enter,
    'M-return M-enter': to(withNewline),
    'C-c': cancel,
    'C-d': endOrErase,
    'C-l': only('clear'),
    'C-z': only('suspend'),
    'C-x+C-e': only('edit'),
    'C-x': to(state => ({ ...settled(state), last: 'ctrl-x' })),
  }).flatMap(([chords, command]) => chords.split(' ').map(chord => [chord, command] as const)),
);
