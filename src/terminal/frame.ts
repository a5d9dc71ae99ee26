/** What stands at the bottom of a terminal. */
export interface Frame {
  /** At least one; each fits the terminal's width, and no style reaches beyond it. */
  readonly rows: readonly string[];
  /** Where the cursor stands, counted from 0. Its column is less than the width. */
  readonly cursor: { readonly row: number; readonly column: number };
}

/** A frame of nothing, the cursor at the left. */
export const emptyFrame: Frame = { rows: [''], cursor: { row: 0, column: 0 } };

/** The part of a frame, as tall as `height`, that has the cursor. */
export function cropped(frame: Frame, height: number): Frame {
  const { rows, cursor } = frame;
  if (rows.length <= height) return frame;
  const from = Math.min(Math.max(0, cursor.row - height + 1), rows.length - height);
  return {
    rows: rows.slice(from, from + height),
    cursor: { row: cursor.row - from, column: cursor.column },
  };
}
