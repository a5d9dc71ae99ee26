import type { Cell } from '../../terminal/cells.ts';
import type { Frame } from '../../terminal/frame.ts';
import { rowText } from '../../terminal/rows.ts';
import type { EditState, Surroundings } from './edit-state.ts';
import { suggestion } from './history-walk.ts';
import { menuRows } from './menu-rows.ts';
import { lineEnd } from './places.ts';
import { searchRows } from './search-rows.ts';
import { type Block, textRows } from './text-rows.ts';
import { colourTheme, plainTheme } from './theme.ts';

const MOST_MENU_ROWS = 11;
const NARROWEST = 2;

/**
 * An entry as it is being typed, in at most `height` rows. The label stands before it; it may be styled and have several
 * lines. Without colour there are still faint, bold and reversed letters.
 */
export function view(
  state: EditState,
  around: Surroundings,
  label: string,
  width: number,
  height: number,
  colour: boolean,
): Frame {
  const theme = colour ? colourTheme : plainTheme;
  const columns = Math.max(NARROWEST, width);
  if (state.search) return frameOf(searchRows(state.search, columns, height, theme));
  const below = state.menu
    ? menuRows(state.menu, columns, Math.min(MOST_MENU_ROWS, Math.floor(height / 2)), theme)
    : [];
  const { text, cursor } = state;
  const shown = { text, cursor, label, highlights: around.highlight(text), ghost: ghostOf(state, around) };
  return frameOf(textRows(shown, columns, height - below.length, theme), below);
}

/** An entry as it stays behind when it has been entered: all of it, and nothing else. */
export function settledView(
  text: string,
  around: Pick<Surroundings, 'highlight'>,
  label: string,
  width: number,
  colour: boolean,
): Frame {
  const shown = { text, cursor: text.length, label, highlights: around.highlight(text), ghost: '' };
  const theme = colour ? colourTheme : plainTheme;
  return frameOf(textRows(shown, Math.max(NARROWEST, width), Number.POSITIVE_INFINITY, theme));
}

/** What stands grey behind the cursor: what an earlier entry goes on with, or else what may follow. */
function ghostOf(state: EditState, around: Surroundings): string {
  const { text, cursor } = state;
  if (state.menu) return '';
  const rest = suggestion(state, around.history);
  if (rest || cursor !== lineEnd(text, cursor)) return rest;
  const hint = around.hint(text, cursor).replace(/\s*\n\s*/g, ' ');
  return hint && !/(^|\s)$/.test(text.slice(0, cursor)) && !/^\s/.test(hint) ? ` ${hint}` : hint;
}

function frameOf(block: Block, below: readonly (readonly Cell[])[] = []): Frame {
  return { rows: [...block.rows, ...below].map(rowText), cursor: block.cursor };
}
