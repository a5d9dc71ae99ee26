/** A key that was pressed, or a text that was pasted (`name` is `paste`). */
export interface Key {
  /** `a`, `left`, `return`, `backspace`; of a control key its letter. */
  readonly name: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
  /** What it types, empty for a key that only does something. */
  readonly text: string;
}

/** What `readline.emitKeypressEvents` tells of a key. */
export interface Keypress {
  readonly name?: string | undefined;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
  readonly sequence?: string | undefined;
}

/** The key of a keypress: what Node.js leaves without a name (Ctrl-_, Alt-/) gets one, and a lone Escape loses its Alt. */
export function keyOf(typed: string | undefined, press: Keypress): Key {
  const { sequence = '', ctrl = false, shift = false } = press;
  if (sequence === '\x1f') return { name: '_', ctrl: true, meta: false, shift: false, text: '' };
  const name = press.name ?? (press.meta ? sequence.slice(1) : sequence);
  const meta = press.meta === true && name !== 'escape';
  const text = ctrl || meta || !typed || /[\x00-\x1f\x7f-\x9f]/.test(typed) ? '' : typed;
  return { name, ctrl, meta, shift, text };
}

/** The key as one word, as a table of keys has it: `C-a`, `M-left`, `S-tab`. Shift counts only where no letter tells it. */
export function chordOf({ name, ctrl, meta, shift }: Key): string {
  return `${ctrl ? 'C-' : ''}${meta ? 'M-' : ''}${shift && name.length > 1 ? 'S-' : ''}${name}`;
}

/** The key of a pasted text. */
export function pasteKey(text: string): Key {
  return { name: 'paste', ctrl: false, meta: false, shift: false, text };
}
