import { badEscape, badInterpolation, literalTooLong } from '../diagnostics/catalogue/syntax.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Access, Expression, Reference, Text } from './ast.ts';

/** The most UTF-16 units that one literal has. */
export const LITERAL_LIMIT = 4 * 1024 * 1024;

const NAME = /[A-Za-z_][\w-]*/y;
const INDEX = /\[(?:(-?\d+)|(-?)\$([A-Za-z_][\w-]*)|(\\?)"([^"\\]*)\4"|([A-Za-z_][\w.-]*))\]/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', $: '$',
}; // biome-ignore format: one line

function nameAt(text: string, at: number): string | undefined {
  NAME.lastIndex = at;
  return NAME.exec(text)?.[0];
}

function indexOf(match: RegExpExecArray, start: number): Expression {
  const [image, number, minus, variable, , quoted, word] = match;
  const span = { start: start + 1, end: start + image.length - 1 };
  if (variable !== undefined) {
    const at = span.end - variable.length;
    const operand: Reference = {
      kind: 'reference',
      span: { start: at - 1, end: span.end },
      name: { span: { start: at, end: span.end }, text: variable },
      path: [],
    };
    return minus ? { kind: 'unary', span, operator: '-', operand } : operand;
  }
  if (quoted !== undefined) return { kind: 'text', span, parts: quoted === '' ? [] : [quoted] };
  return { kind: 'bare', span, text: number ?? word ?? '' };
}

/**
 * The `name.field[0]` that begins at `at` in `text`, spans moved by `origin`; `end` is the offset behind it in `text`.
 * Nothing when no name begins there.
 */
export function readPath(
  text: string,
  at: number,
  origin: number,
): { reference: Reference; end: number } | undefined {
  const name = nameAt(text, at);
  if (name === undefined) return undefined;
  let end = at + name.length;
  const path: Access[] = [];
  for (;;) {
    if (text[end] === '.') {
      const field = nameAt(text, end + 1);
      if (field === undefined) break;
      path.push({
        kind: 'field',
        span: { start: origin + end + 1, end: origin + end + 1 + field.length },
        name: field,
      });
      end += 1 + field.length;
    } else {
      INDEX.lastIndex = end;
      const match = INDEX.exec(text);
      if (!match) break;
      path.push({
        kind: 'index',
        span: { start: origin + end, end: origin + end + match[0].length },
        index: indexOf(match, origin + end),
      });
      end += match[0].length;
    }
  }
  const span = { start: origin + at, end: origin + end };
  const reference: Reference = {
    kind: 'reference',
    span,
    name: { span: { start: span.start, end: span.start + name.length }, text: name },
    path,
  };
  return { reference, end };
}

/** The `${…}` at `at`; its span takes in the braces. Nothing when no path fills the braces. */
export function readInterpolation(
  text: string,
  at: number,
  origin: number,
): { reference: Reference; end: number } | undefined {
  const read = readPath(text, at + 2, origin);
  if (!read || text[read.end] !== '}') return undefined;
  const span = { start: origin + at, end: origin + read.end + 1 };
  return { reference: { ...read.reference, span }, end: read.end + 1 };
}

/**
 * The parts of the string whose source, quotes included, is `image` and stands at `start`. What is wrong inside it
 * goes to `report`, and reading goes on behind it.
 */
export function readText(image: string, start: number, report: (finding: Finding) => void): Text {
  const span = { start, end: start + image.length };
  if (image.length > LITERAL_LIMIT) {
    report(literalTooLong({ start, end: start + 1 }));
    return { kind: 'text', span, parts: [] };
  }
  const inner = image.slice(1, -1);
  if (!inner.includes('\\') && !inner.includes('${'))
    return { kind: 'text', span, parts: inner === '' ? [] : [inner] };
  return { kind: 'text', span, parts: readParts(inner, start + 1, report) };
}

function readParts(
  inner: string,
  origin: number,
  report: (finding: Finding) => void,
): (string | Reference)[] {
  const parts: (string | Reference)[] = [];
  const special = /\\(?:u[0-9a-fA-F]{4}|[\s\S]?)|\$\{/g;
  let plain = '';
  let at = 0;
  for (let match = special.exec(inner); match; match = special.exec(inner)) {
    plain += inner.slice(at, match.index);
    at = match.index + match[0].length;
    if (match[0] === '${') {
      const read = readInterpolation(inner, match.index, origin);
      if (read) {
        if (plain !== '') parts.push(plain);
        plain = '';
        parts.push(read.reference);
        at = read.end;
      } else {
        const close = inner.indexOf('}', match.index);
        report(
          badInterpolation({ start: origin + match.index, end: origin + (close === -1 ? at : close + 1) }),
        );
      }
    } else {
      const resolved =
        match[0].length === 6
          ? String.fromCharCode(Number.parseInt(match[0].slice(2), 16))
          : ESCAPES[match[0][1] ?? ''];
      if (resolved === undefined)
        report(badEscape({ start: origin + match.index, end: origin + at }, match[0]));
      plain += resolved ?? '';
    }
    special.lastIndex = at;
  }
  plain += inner.slice(at);
  if (plain !== '') parts.push(plain);
  return parts;
}
