import type { Edit } from '../../diagnostics/diagnostic.ts';
import { parseDuration } from '../../text/scalars.ts';
import type { Span } from '../../text/source.ts';

// Each of these looks at the text around a mistake and answers with the edits that surely put it right, or with none.

const LOOK_BACK = 400;

/** The line up to `at`; of a very long one nothing, so that many mistakes on one line cost no more than on many. */
function lineBefore(text: string, at: number): string {
  const from = Math.max(0, at - LOOK_BACK);
  const piece = text.slice(from, at);
  const newline = piece.lastIndexOf('\n');
  return newline === -1 && from > 0 ? '' : piece.slice(newline + 1);
}

/** The word of `chain WORD`, where only that stands before `at`: most likely a device whose `:` is missing. */
export function deviceBefore(text: string, at: number): string | undefined {
  return /(?:^|[;{}])\s*(?:expect\s+)?chain\s+([\w.-]+)\s+$/.exec(lineBefore(text, at))?.[1];
}

/** The number and the unit behind `within`, where the unit at `at` stands apart. */
export function durationApart(text: string, { start, end }: Span): Edit | undefined {
  const [, apart = '', number] = /\swithin\s+((\d+(?:\.\d+)?)[ \t]+)$/.exec(lineBefore(text, start)) ?? [];
  const duration = `${number}${text.slice(start, end)}`;
  if (parseDuration(duration) === undefined) return undefined;
  return { span: { start: start - apart.length, end }, text: duration };
}

/** Words that begin statements in which an ` = ` may stand for something else than an argument. */
const NO_ARGUMENTS = /^(if|expect|wait|let|param|for|print|proc|else|fail)$/;

/** `key = value` behind a verb: the spaces around the `=` at `at` go. */
export function withoutSpaces(text: string, at: number): Edit[] {
  const line = lineBefore(text, at);
  const [, verb = '', before = ''] = /^\s*(?:start\s+)?([a-z][\w-]*)\s(.*)$/.exec(line) ?? [];
  if (verb === '' || NO_ARGUMENTS.test(verb) || /[;{}"'$]/.test(before)) return [];
  if (!/(^|\s)[A-Za-z][\w.-]*[ \t]*$/.test(before)) return [];
  const start = at - (/[ \t]*$/.exec(before)?.[0].length ?? 0);
  const end = at + (/^=[ \t]*/.exec(text.slice(at, at + 80))?.[0].length ?? 1);
  return /^[^\s;=,]/.test(text.slice(end, end + 1)) ? [{ span: { start, end }, text: '=' }] : [];
}

/** The comma at `at` goes, where another argument or nothing follows; else it may have been meant as a list. */
export function withoutComma(text: string, at: number): Edit[] {
  const isLast = /^,[ \t]*(?:[A-Za-z][\w.-]*=|[\r\n;#]|$|then\s|within\s)/.test(text.slice(at, at + 200));
  return isLast ? [{ span: { start: at, end: at + 1 }, text: '' }] : [];
}

/** Text between single quotes comes between double ones, where no character in it would change its meaning. */
export function doubleQuotes(text: string, at: number): Edit[] {
  const quoted = /^'([^'"\\$\n]*)'/.exec(text.slice(at, at + 4096));
  return quoted ? [{ span: { start: at, end: at + quoted[0].length }, text: `"${quoted[1]}"` }] : [];
}

/** An IPv6 address in brackets and its port, around the colon at `at`, come between quotes: brackets alone are a list. */
export function quotedAddress(text: string, at: number): Edit[] {
  const inside = /\[[\da-f:.]*$/i.exec(lineBefore(text, at))?.[0];
  if (inside === undefined) return [];
  const start = at - inside.length;
  const address = /^\[[\da-f:.]+(?:%[\w.-]+)?\]:\d{1,5}(?![\w:])/i.exec(text.slice(start, start + 80))?.[0];
  return address ? [{ span: { start, end: start + address.length }, text: `"${address}"` }] : [];
}

/** The curly quotes from `at` to the line's end become straight, where they come in pairs and hold no straight one. */
export function straightQuotes(text: string, at: number): Edit[] {
  const rest = /^[^\n]*/.exec(text.slice(at, at + 4096))?.[0] ?? '';
  const curly = [...rest.matchAll(/[\u201c-\u201f]/g)];
  if (curly.length % 2 !== 0 || rest.includes('"')) return [];
  return curly.map(({ index }) => ({ span: { start: at + index, end: at + index + 1 }, text: '"' }));
}

/** `${name}` as a whole value becomes `$name`. */
export function plainReference(text: string, at: number): Edit[] {
  const whole = /^\$\{([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)\}(?=[\s;]|$)/.exec(text.slice(at, at + 256));
  return whole ? [{ span: { start: at, end: at + whole[0].length }, text: `$${whole[1]}` }] : [];
}

/** Spaces come before and behind an operator where something touches it. */
export function spaced(text: string, { start, end }: Span): Edit[] {
  const edits: Edit[] = [];
  if (/\S/.test(text.slice(start - 1, start))) edits.push({ span: { start, end: start }, text: ' ' });
  if (/\S/.test(text.slice(end, end + 1))) edits.push({ span: { start: end, end }, text: ' ' });
  return edits;
}

/** The same for an `==` behind a word, where the line asks a condition; elsewhere `key==value` may mean one `=`. */
export function spacedComparison(text: string, span: Span): Edit[] {
  const line = lineBefore(text, span.start);
  return /^\s*(?:\}\s*else\s+)?(?:if|expect|wait)\s[^;{}"]*$/.test(line) ? spaced(text, span) : [];
}

/** The first `=` of `name=value` stands between spaces, where a value follows. */
export function spacedAssign(text: string, { start }: Span): Edit[] {
  const found = /^([\w-]+)[ \t]*=[ \t]*(?=[^\s;=])/.exec(text.slice(start, start + 256));
  if (!found) return [];
  const name = found[1] ?? '';
  return [{ span: { start: start + name.length, end: start + found[0].length }, text: ' = ' }];
}

/** Whether the `{` at `at` begins with what no statement does: an object was meant, in another language's form. */
export function isLikeObject(text: string, at: number): boolean {
  return /^\{\s*(?:[\w.-]+\s*(?:=(?!=)|[,}])|\d)/.test(text.slice(at, at + 256));
}

/** An `else` at the beginning of a line moves up to the `}` that ends the line before. */
export function behindBrace(text: string, at: number): Edit[] {
  const before = /\}([ \t]*\r?\n[ \t]*)$/.exec(text.slice(Math.max(0, at - 200), at));
  return before ? [{ span: { start: at - (before[1]?.length ?? 0), end: at }, text: ' ' }] : [];
}
