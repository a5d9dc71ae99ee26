import type { Span } from '../../text/source.ts';
import { error, type Finding } from '../diagnostic.ts';
import { respelled } from '../spelling.ts';
import { didYouMean } from './values.ts';

export function notAList(span: Span, what: string): Finding {
  return error('not-a-list', span, `\`for\` goes through a list, and this is ${what}`, what);
}

export function unknownParameterType(span: Span, name: string, known: readonly string[]): Finding {
  const finding = error(
    'unknown-type',
    span,
    `there is no parameter type \`${name}\``,
    'not a type',
    didYouMean(name, known),
  );
  return respelled(finding, span, name, known);
}

export function missingParameter(span: Span, name: string, type: string): Finding {
  return error('missing-parameter', span, `the parameter \`${name}\` has no value`, `needs ${type}`, [
    `give it on the command line: ${name}=…`,
  ]);
}

export function nestedParameter(span: Span): Finding {
  return error(
    'nested-parameter',
    span,
    'a `param` stands at the head of a script, not inside a block',
    'cannot be here',
  );
}

export function repeatedParameter(span: Span, name: string): Finding {
  return error('repeated-parameter', span, `there are two parameters called \`${name}\``, 'the second one');
}

export function failed(span: Span, text: string): Finding {
  return error('failed', span, text, 'the script stops here');
}

export function unknownShow(span: Span, what: string, known: readonly string[]): Finding {
  return error(
    'unknown-show',
    span,
    `\`show\` cannot show \`${what}\``,
    'not known',
    didYouMean(what, known),
  );
}

export function showWhat(span: Span, known: readonly string[]): Finding {
  return error('show-what', span, 'what should be shown?', 'a word is missing', [
    `there is ${known.join(', ')}`,
  ]);
}

export function printWhat(span: Span): Finding {
  return error('print-what', span, '`print` needs something to print', 'nothing here', [
    'print "text with ${name}"',
  ]);
}
