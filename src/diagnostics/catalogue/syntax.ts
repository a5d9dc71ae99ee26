import type { Span } from '../../text/source.ts';
import { surelyMeant } from '../../text/suggest.ts';
import { type Finding, withFix } from '../diagnostic.ts';
import { error, quote } from './syntax-lexical.ts';

export * from './syntax-lexical.ts';

// ---- what is missing, and what is too many

/** Something necessary is not there: `wanted` says what, `after` behind which word. */
export function missing(span: Span, code: string, wanted: string, after: string, example: string): Finding {
  return error(
    `missing-${code}`,
    span,
    `${wanted} is missing after \`${after}\``,
    `expected ${wanted}`,
    `for example: ${example}`,
  );
}

/** Text that is left over behind a complete statement. */
export function leftover(span: Span, found: string): Finding {
  return error(
    'unexpected-text',
    span,
    `${quote(found)} does not belong to this statement`,
    'unexpected',
    'begin a new statement on a new line or behind `;`, or put text between `"` and `"`',
  );
}

/** `within 10 m`. */
export function unitApart(span: Span, duration: string): Finding {
  const message = 'a duration is written without a space';
  return error('unexpected-text', span, message, 'two words', `write ${duration}`);
}

/** `chain disk0 A <- B`. */
export function colonMissing(span: Span, found: string, device: string): Finding {
  return error(
    'unexpected-text',
    span,
    `${quote(found)} follows ${quote(device)} with neither \`:\` nor \`<-\` between them`,
    'unexpected',
    `if ${quote(device)} is the device, write \`chain ${device}: ${found} <- …\``,
  );
}

/** Something else than what must come next. */
export function unexpected(span: Span, found: string, wanted: string): Finding {
  return error('unexpected-text', span, `expected ${wanted}, found ${found}`, `expected ${wanted}`);
}

/** `let x=5`, `let x 5`. */
export function letForm(span: Span, name: string): Finding {
  return error(
    'let-form',
    span,
    '`let` has a name, ` = ` with spaces, and a value or a statement',
    'expected ` = `',
    `write \`let ${name} = 5\` or \`let ${name} = query-block\``,
  );
}

/** `param x: integer=4`. */
export function defaultForm(span: Span): Finding {
  return error(
    'default-form',
    span,
    'a default stands behind ` = ` with spaces',
    'no spaces around `=`',
    'for example: param keep: integer = 4',
  );
}

/** A kind of statement that cannot stand behind `let`, `defer` or `from`. */
export function notInside(span: Span, inner: string, outer: string): Finding {
  return error(
    'statement-not-allowed',
    span,
    `\`${inner}\` cannot stand behind \`${outer}\``,
    'not allowed here',
    'write it as a statement of its own',
  );
}

/** `start` before what is no job statement. */
export function startForm(span: Span): Finding {
  return error(
    'start-form',
    span,
    '`start` stands before a statement that starts a job',
    'no job starts here',
    'for example: start mirror D target=E sync=full',
  );
}

/** An object key that is not a string. */
export function jsonKey(span: Span): Finding {
  return error(
    'json-key',
    span,
    'the keys of a JSON object are quoted',
    'expected a key in quotes',
    'for example: {"driver": "qcow2"}',
  );
}

/** `${…}` in an object's key. */
export function jsonKeyText(span: Span): Finding {
  return error(
    'json-key',
    span,
    "an object's key is plain text",
    'an interpolation',
    'a dollar that stands for itself is written `\\$`',
  );
}

/** A member that no QMP command message has. */
export function rawKey(span: Span, key: string): Finding {
  const finding = error(
    'raw-key',
    span,
    `a QMP command has no member "${key}"`,
    'unknown member',
    'the members are "execute" or "exec-oob", "arguments", "id" and "control"',
  );
  const meant = surelyMeant(key, ['execute', 'exec-oob', 'arguments', 'id', 'control']);
  return withFix(finding, meant === undefined ? [] : [{ span, text: `"${meant}"` }]);
}

/** An object as a statement that executes nothing. */
export function rawWithoutCommand(span: Span): Finding {
  return error(
    'raw-without-command',
    span,
    'this object names no command',
    'has no "execute"',
    'a raw command is {"execute": "query-block"}',
  );
}

/** `[0]` behind a word that is neither a variable nor a query. */
export function indexOfWord(span: Span, word: string): Finding {
  return error(
    'index-of-word',
    span,
    `${quote(word)} is a word, and has no items`,
    'an index stands behind a `$name` or a query',
    `if it is a variable, write \`$${word}[…]\``,
  );
}

/** `->` in a chain. */
export function arrowBackwards(span: Span): Finding {
  return error(
    'misplaced-arrow',
    span,
    'the images of a chain are joined by `<-`, the base first',
    'points the wrong way',
    'write `chain disk: BASE <- OVERLAY`, the active layer last',
  );
}

/** `expect x = 5`. */
export function assignInCondition(span: Span): Finding {
  return error(
    'spaces-around-equals',
    span,
    'a condition compares with `==`',
    'one `=` compares nothing',
    'write `==`',
  );
}

// ---- host lines

/** `|`, `>`, `&&` and their like in a `$` line. */
export function shellOperator(span: Span, operator: string): Finding {
  return error(
    'shell-operator',
    span,
    `no shell reads this line, so ${quote(operator)} would be an argument`,
    'a shell operator',
    `quote it to pass it on: '${operator}'`,
    'for a pipe or a redirection write a script and allow it by name',
  );
}

/** `$` and nothing to run. */
export function emptyHostLine(span: Span): Finding {
  return error(
    'missing-program',
    span,
    'this line names no program',
    'expected a program',
    'for example: $ qemu-img info a.qcow2',
  );
}
