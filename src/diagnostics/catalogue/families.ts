import type { Span } from '../../text/source.ts';
import { error, type Finding } from '../diagnostic.ts';
import { respelled } from '../spelling.ts';
import { didYouMean } from './values.ts';

/** A verb of two words whose second is none of `known`; `word` is undefined for what is no word. */
export function unknownSecondWord(
  span: Span,
  verb: string,
  word: string | undefined,
  known: readonly string[],
): Finding {
  const near = word === undefined ? [] : didYouMean(word, known, `${verb} `);
  const finding = error(
    'unknown-verb',
    span,
    word === undefined
      ? `behind \`${verb}\` stands what to do`
      : `\`${verb} ${word}\` is no statement: behind \`${verb}\` stands what to do`,
    `not ${known.join(', ')}`,
    near.length > 0 ? near : [`there is ${forms(verb, known)}`],
  );
  return word === undefined ? finding : respelled(finding, span, word, known);
}

/** A verb of two words whose second is not there. */
export function missingSecondWord(span: Span, verb: string, known: readonly string[]): Finding {
  return error('unknown-verb', span, `\`${verb}\` alone does not say what to do`, 'what is to be done?', [
    `there is ${forms(verb, known)}`,
  ]);
}

function forms(verb: string, known: readonly string[]): string {
  return known.map(word => `\`${verb} ${word}\``).join(', ');
}

export function takesNothing(span: Span, verb: string): Finding {
  return error('unexpected-word', span, `\`${verb}\` takes nothing more`, 'what is this?', ['leave it out']);
}
