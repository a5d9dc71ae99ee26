import type { Span } from '../../text/source.ts';
import type { Finding } from '../diagnostic.ts';

/** An error with one label; each further text is a line of help. */
export function error(code: string, span: Span, message: string, label: string, ...help: string[]): Finding {
  return {
    severity: 'error',
    code,
    message,
    primary: { span, text: label },
    ...(help.length > 0 && { help }),
  };
}

/** How a piece of the text is quoted in a message: at most 40 characters, and the unprintable spelled out. */
export function quote(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 37)}…` : text;
  return `\`${short}\``;
}

// ---- pieces that cannot be read

/** A `"` whose partner is not on the same line. */
export function unclosedString(span: Span): Finding {
  return error(
    'unclosed-string',
    span,
    'this string has no end',
    'it begins here',
    'close it with `"` on the same line; a line break in a string is written `\\n`',
  );
}

/** A JSON value or an index whose bracket is never closed. */
export function unclosedLiteral(span: Span, bracket: string): Finding {
  const close = bracket === '[' ? ']' : '}';
  return error(
    'unclosed-literal',
    span,
    `this \`${bracket}\` has no \`${close}\``,
    'it begins here',
    `close it with \`${close}\``,
  );
}

/** A `(` without its `)`. */
export function unclosedParenthesis(span: Span): Finding {
  return error('unclosed-parenthesis', span, 'this `(` has no `)`', 'it begins here', 'close it with `)`');
}

/** A block whose `}` never comes. */
export function unclosedBlock(span: Span): Finding {
  return error(
    'unclosed-block',
    span,
    'this block has no end',
    'it begins here',
    'close it with a `}` on its own line',
  );
}

/** A closing bracket that closes nothing. */
export function strayClose(span: Span, bracket: string): Finding {
  return error(
    'stray-bracket',
    span,
    `this \`${bracket}\` closes nothing`,
    'nothing is open here',
    'remove it, or open what it should close',
  );
}

/** `'…'` outside a host line. */
export function singleQuotes(span: Span): Finding {
  return error(
    'single-quotes',
    span,
    'text is quoted with `"`, not with `\'`',
    'quoted with the wrong mark',
    'write it between `"` and `"`',
  );
}

/** A backslash sequence that JSON does not have. */
export function badEscape(span: Span, sequence: string): Finding {
  return error(
    'bad-escape',
    span,
    `strings have no escape ${quote(sequence)}`,
    'not an escape',
    'the escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX and \\$',
    'a backslash itself is written `\\\\`',
  );
}

/** `${…}` in a string that holds no path to a value. */
export function badInterpolation(span: Span): Finding {
  return error(
    'bad-interpolation',
    span,
    'this `${…}` names no value',
    'expected a name, such as `${now}` or `${older[-1].filename}`',
    'a dollar that stands for itself is written `\\$`',
  );
}

/** `${…}` outside a string. */
export function interpolationOutside(span: Span): Finding {
  return error(
    'interpolation-outside-string',
    span,
    '`${…}` stands in strings only',
    'not in a string',
    'a whole value is `$name`; inside text write `"…${name}…"`',
  );
}

/** A `$` that no name follows. */
export function dollarAlone(span: Span): Finding {
  return error(
    'lone-dollar',
    span,
    'a `$` is followed by a name',
    'no name follows',
    'a value is `$name`; a host line begins with `$` and a space',
  );
}

/** A character that the language has no use for. */
export function unknownCharacter(span: Span, character: string): Finding {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const curly = /[\u2018-\u201f]/.test(character);
  const help = curly ? 'write straight quotes: "' : 'put text that holds such characters between `"` and `"`';
  const shown = /[\p{C}\p{Z}]/u.test(character) ? `U+${code}` : `\`${character}\` (U+${code})`;
  return error('unknown-character', span, `${shown} has no meaning here`, 'not understood', help);
}

/** A literal, or a line, beyond the size that the language allows. */
export function literalTooLong(span: Span): Finding {
  return error(
    'literal-too-long',
    span,
    'a literal has at most 4 MB',
    'longer than 4 MB',
    'keep the data in a file',
  );
}

/** Blocks or brackets inside each other beyond the limit. */
export function nestedTooDeep(span: Span, what: 'blocks' | 'brackets' | 'operators', limit: number): Finding {
  return error(
    'nested-too-deep',
    span,
    `${what} nest at most ${limit} deep`,
    `${what} number ${limit + 1} from outside`,
    'move the inner part into a `proc` or a `let`',
  );
}

// ---- arguments

/** `key = value`. */
export function spacesAroundEquals(span: Span, key?: string): Finding {
  return error(
    'spaces-around-equals',
    span,
    'an argument has no spaces around its `=`',
    'a space too many',
    `write \`${key ?? 'key'}=value\``,
  );
}

/** `key=` and nothing. */
export function missingValue(span: Span, key: string): Finding {
  return error(
    'missing-value',
    span,
    `\`${key}=\` has no value`,
    'nothing follows',
    `write \`${key}=VALUE\`, or \`${key}=""\` for empty text`,
  );
}

/** `key=value,`. */
export function trailingComma(span: Span): Finding {
  return error(
    'trailing-comma',
    span,
    'a value does not end in a comma',
    'the comma is too many',
    'arguments are separated by spaces; a list is `[a, b]` or `a,b`',
  );
}

/** Two values without a space between them, such as `$dir/a.qcow2`. */
export function runTogether(span: Span): Finding {
  return error(
    'run-together',
    span,
    'two values stand here without a space between them',
    'the second begins here',
    'for one text of several parts write a string: `"${dir}/a.qcow2"`',
  );
}

/** A value after `key=` that begins with something that no value begins with. */
export function badValue(span: Span, key: string): Finding {
  return error(
    'bad-value',
    span,
    `this cannot be the value of \`${key}\``,
    'not a value',
    `put it between quotes: \`${key}="…"\``,
  );
}

/** An operator or a `<-` without spaces around it. */
export function operatorSpaces(span: Span, operator = '=='): Finding {
  return error(
    'operator-without-spaces',
    span,
    `\`${operator}\` stands between spaces`,
    'a space is missing',
    `write \`a ${operator} b\``,
  );
}

/** `key=value` where a statement begins. */
export function argumentAlone(span: Span): Finding {
  return error(
    'argument-without-verb',
    span,
    'a statement begins with a verb',
    'an argument of no statement',
    'put it on the line of its verb, or end that line with `\\`; a variable is set with `let name = value`',
  );
}

/** An argument behind a keyword statement that takes none, or behind an ending. */
export function misplacedArgument(span: Span): Finding {
  return error(
    'misplaced-argument',
    span,
    'no argument can stand here',
    'unexpected argument',
    'arguments stand before `then` and `within`',
  );
}

// ---- punctuation

/** A separating `:` without a space behind it, or one where nothing is separated; `address` is what it is in, as it has to be written. */
export function colon(span: Span, address?: string): Finding {
  return error(
    'misplaced-colon',
    span,
    "a `:` that separates is followed by a space, and stands only after a chain's device and a parameter's name",
    'not here',
    address === undefined
      ? 'write `chain disk: A <- B` or `param name: type`'
      : `an IPv6 address stands in quotes, because of its brackets: ${address}`,
  );
}

/** `<-` outside a chain. */
export function arrow(span: Span): Finding {
  return error(
    'misplaced-arrow',
    span,
    '`<-` joins the images of a `chain`',
    'not in a chain',
    'to compare with a negative number write `< -1`',
  );
}

/** A pasted prompt in the middle of a line. */
export function promptInside(span: Span): Finding {
  return error(
    'misplaced-prompt',
    span,
    'a prompt stands at the beginning of a line',
    'not at the beginning',
    'put each command on its own line',
  );
}

/** A block that no statement opens. */
export function blockAlone(span: Span): Finding {
  return error(
    'block-without-statement',
    span,
    'this block belongs to no statement',
    'opened here',
    'a block follows `if`, `for`, `proc`, `else`, `@target` or `transaction`',
  );
}

/** `else` on its own line. */
export function elseAlone(span: Span): Finding {
  return error(
    'misplaced-else',
    span,
    '`else` has nothing to belong to here',
    'no statement on this line',
    'put it on the line of the `}` before it: `} else {`',
    'a node of this name is written in quotes',
  );
}

/** `then` or `within` where they end nothing. */
export function endingAlone(span: Span, word: string): Finding {
  return error(
    'misplaced-ending',
    span,
    `\`${word}\` stands behind a statement's arguments`,
    'ends nothing here',
    `put it on the statement's line; a node of this name is written "${word}"`,
  );
}

/** A name directly followed by `(` where a statement begins. */
export function callAsStatement(span: Span, name: string): Finding {
  return error(
    'call-as-statement',
    span,
    `\`${name}(…)\` is no statement`,
    'called with parentheses',
    `a procedure is called as a verb: \`${name} argument key=value\``,
  );
}

/** A value where a statement begins. */
export function valueAsStatement(span: Span, found: string): Finding {
  return error(
    'statement-expected',
    span,
    `a statement begins with a verb, not with ${quote(found)}`,
    'no verb',
    'to show a value write `print "text" $value`',
  );
}
