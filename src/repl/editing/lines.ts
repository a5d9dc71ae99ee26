import { erased, replaced, typed } from './changes.ts';
import type { EditState } from './edit-state.ts';
import { lineStart } from './places.ts';

const INDENT = '  ';

/** A new line at the cursor, indented as the one before it, and further behind an opening bracket. */
export function withNewline(state: EditState): EditState {
  const { text, cursor } = state;
  const before = text.slice(lineStart(text, cursor), cursor);
  const indent = /^[ \t]*/.exec(before)?.[0] ?? '';
  const deeper = /[{[(]\s*$/.test(before) ? INDENT : '';
  return replaced(state, cursor, cursor, `\n${indent}${deeper}`);
}

/** A typed character; a closing bracket that begins its line stands one step further left. */
export function withTyped(state: EditState, text: string): EditState {
  const { cursor } = state;
  const before = state.text.slice(lineStart(state.text, cursor), cursor);
  if (!/^[}\])]$/.test(text) || before === '' || !/^[ \t]+$/.test(before)) return typed(state, text);
  const less = before.endsWith(INDENT) ? INDENT.length : 1;
  return { ...typed(erased(state, cursor - less, cursor), text) };
}

/** A pasted text: lines end with a newline, tabs stay, other controls go. Its last newline is left out: it enters nothing. */
export function pastedText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\x1b\[[0-9;?]*[a-zA-Z~]/g, '')
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '')
    .replace(/\n$/, '');
}
