import type { Span } from '../../text/source.ts';
import { suggest } from '../../text/suggest.ts';
import { error, type Finding } from '../diagnostic.ts';
import { respelled } from '../spelling.ts';

/** `did you mean …`, or what there is, as one help line; none where there is nothing to offer. */
export function didYouMean(word: string, known: Iterable<string>, prefix = ''): string[] {
  const names = [...new Set(known)];
  const near = suggest(word, names);
  if (near.length > 0) return [`did you mean ${near.map(name => `\`${prefix}${name}\``).join(' or ')}?`];
  if (names.length === 0 || names.length > 12) return [];
  return [`there is ${names.map(name => `\`${prefix}${name}\``).join(', ')}`];
}

export function unknownName(span: Span, name: string, known: readonly string[]): Finding {
  const near = didYouMean(name, known, '$');
  return error('unknown-name', span, `nothing is called \`$${name}\` here`, 'not bound before this line', [
    ...near,
    'names come from `param`, `let`, `for`, `chain` and the statements that make nodes; in a string `\\$` is a plain dollar',
  ]);
}

export function dollarInText(span: Span, name: string): Finding {
  return {
    ...error('dollar-in-text', span, `\`$${name}\` stands as it is in this string`, 'a dollar and a word', [
      `write \`\${${name}}\` for what \`${name}\` is, or \`\\$${name}\` for these very characters`,
    ]),
    severity: 'warning',
  };
}

export function notText(span: Span, name: string, what: string): Finding {
  if (what === 'null') {
    return error(
      'not-text',
      span,
      `this part of \`${name}\` is null, which has no text`,
      'null: nothing is there',
      ['what is missing is null, and null is false: ask first, as in if $name.field { … }'],
    );
  }
  return error('not-text', span, `\`${name}\` holds ${what} here, which has no text of its own`, what, [
    'name the part of it that you mean, as in ${name.field} or ${name[0]}; `print $name` prints all of it',
  ]);
}

export function notAnIndex(span: Span, what: string): Finding {
  return error('not-an-index', span, `an item is found by number or by name, not by ${what}`, what);
}

export function notANumber(span: Span, what: string): Finding {
  return error('not-a-number', span, `\`-\` stands before numbers, and this is ${what}`, what);
}

export function unknownFunction(span: Span, name: string): Finding {
  return error('unknown-function', span, `there is no function \`${name}\``, 'not known', [
    '`len(…)` is the only one',
  ]);
}

export function oneArgument(span: Span): Finding {
  return error('one-argument', span, '`len` takes one value', 'one value in the brackets');
}

export function noLength(span: Span, what: string): Finding {
  return error('no-length', span, `\`len\` counts the items of a list, and this is ${what}`, what);
}

export function unknownQuery(span: Span, command: string, known: readonly string[]): Finding {
  const finding = error(
    'unknown-query',
    span,
    `this QEMU has no query \`${command}\``,
    'not a query of this QEMU',
    didYouMean(command, known),
  );
  return respelled(finding, span, command, known);
}

export function notAContainer(span: Span, what: string): Finding {
  return error('not-a-list', span, `\`in\` looks into a list or a text, and this is ${what}`, what);
}

export function notComparable(span: Span, left: string, right: string): Finding {
  return error('not-comparable', span, `${left} and ${right} have no order`, 'compares unlike things');
}

/** What a bare number may be meant as where a duration is wanted. */
export function unitMissing(found: string): string[] {
  return /^\d+(\.\d+)?$/.test(found) ? [`did you mean \`${found}s\` or \`${found}m\`?`] : [];
}

/** A value that does not fit the parameter that it is given to. */
export function wrongKind(
  span: Span,
  parameter: string,
  wanted: string,
  found: string,
  help: readonly string[] = [],
): Finding {
  return error(
    'wrong-value',
    span,
    `\`${parameter}\` takes ${wanted}, and ${found === '' ? 'nothing is given' : `\`${found}\` is none`}`,
    `not ${wanted}`,
    help,
  );
}

export function wrongChoice(
  span: Span,
  parameter: string,
  found: string,
  choices: readonly string[],
): Finding {
  const near = suggest(found, choices)
    .slice(0, 1)
    .map(name => `did you mean \`${name}\`?`);
  const all = `it takes ${choices.join(', ')}`;
  return error('wrong-value', span, `\`${parameter}\` does not take \`${found}\``, all, near);
}
