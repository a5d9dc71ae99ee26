/**
 * Controls, escapes, marks of direction, and what has neither a shape nor a width: it makes two names look like one. What joins
 * letters and emoji is left, as text needs it.
 */
const HARMFUL =
  /[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/**
 * `text` with everything that could steer a terminal, or hide, written as `\x1b` or `\u202e`. File names, node names and
 * QEMU's error texts can all hold such characters.
 */
export function harmless(text: string): string {
  return text.replace(HARMFUL, character => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    if (code > 0xffff) return `\\u{${code.toString(16)}}`;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/**
 * JSON that says the same and steers no terminal. JSON's own escapes leave C1 controls and marks of direction as they are, and
 * outside of its strings there is nothing harmful but white space.
 */
export function harmlessJson(json: string): string {
  return json.replace(HARMFUL, character =>
    /\s/.test(character) && character < ' ' ? character : escaped(character),
  );
}

/** As JSON has it: a character beyond the first plane is a pair of surrogates. */
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}
