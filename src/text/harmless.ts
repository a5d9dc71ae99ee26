const HARMFUL = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * `text` with everything that could steer a terminal (controls, escapes, bidirectional marks) written as `\x1b` or
 * `\u202e`. File names, node names and QEMU's error texts can all hold such characters.
 */
export function harmless(text: string): string {
  return text.replace(HARMFUL, character => {
    const code = character.charCodeAt(0);
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const HARMFUL_IN_JSON = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * JSON that says the same and steers no terminal. JSON's own escapes leave C1 controls and bidirectional marks as they are, and
 * outside of its strings there are none.
 */
export function harmlessJson(json: string): string {
  return json.replace(
    HARMFUL_IN_JSON,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
