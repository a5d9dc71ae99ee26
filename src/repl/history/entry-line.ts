const SPECIAL =
  /[\\\x00-\x1f\x7f-\x9f\ufffd]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const ESCAPE = /\\(?:([\\nrt])|u([0-9a-f]{4}))/g;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r', t: '\t' };
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const NEVER_WRITTEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]/;

/** An entry as one line of the file: newlines, backslashes, controls and what UTF-8 can't hold are escaped. */
export function lineOf(entry: string): string {
  return entry.replace(
    SPECIAL,
    character => ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The entry that a line holds. Undefined where `lineOf` writes no such line: a file of another kind, or the rest of a crash. */
export function entryOf(line: string): string | undefined {
  if (NEVER_WRITTEN.test(line)) return undefined;
  return line.replace(ESCAPE, (_, letter: string | undefined, code: string) =>
    letter === undefined ? String.fromCharCode(Number.parseInt(code, 16)) : (ESCAPED[letter] ?? letter),
  );
}

/** Makes the rest of an entry that was never wholly written, as before a crash, a line that holds none. */
export const CANCEL = '\x18\n';

/** Whether a line is such a rest. */
export function isCancelled(line: string): boolean {
  return line.endsWith(CANCEL.trimEnd());
}
