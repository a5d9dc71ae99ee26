import { harmless } from '../../text/harmless.ts';
import type { Span } from '../../text/source.ts';
import { error, type Finding, withFix } from '../diagnostic.ts';

/** A fence whose first word is nearly one of qblk's: prose would be left out of the test without a word. */
export function misspeltFence(span: Span, word: string, meant: string): Finding {
  return withFix(
    error('misspelt-fence', span, `a fence can't be \`${harmless(word)}\``, '', [
      `did you mean \`${meant}\`?`,
      'a fence in another language is left alone: give it a word that is not so near to one of these',
    ]),
    [{ span, text: meant }],
  );
}

export function unknownFenceWord(
  span: Span,
  word: string,
  near: readonly string[],
  known: readonly string[],
): Finding {
  const suggestion = near.length > 0 ? [`did you mean ${near.map(name => `\`${name}\``).join(' or ')}?`] : [];
  return error('unknown-fence-word', span, `\`${harmless(word)}\` means nothing behind \`qblk\``, '', [
    ...suggestion,
    `there is ${known.join(', ')}; and name=value for a parameter of the script`,
  ]);
}

/** `run` is what happens without a word. */
export function fenceRunsAnyway(span: Span): Finding {
  return error('unknown-fence-word', span, '`run` means nothing behind `qblk`: a script runs anyway', '', [
    'leave it out; `check` is for a script that is only checked',
  ]);
}

export function wrongFenceValue(span: Span, word: string, what: string): Finding {
  return error('wrong-fence-value', span, `\`${harmless(word)}\` can't be so`, '', [what]);
}

export function repeatedFenceWord(span: Span, word: string): Finding {
  return error('repeated-fence-word', span, `\`${harmless(word)}\` is said twice`, '', ['keep one of them']);
}

export function unclosedFence(span: Span): Finding {
  return error('unclosed-fence', span, 'this fence has no end', '', [
    'close it with a line of as many marks as it begins with',
  ]);
}

export function strayFence(span: Span, word: string): Finding {
  return error('stray-fence', span, `there is no script that this \`${word}\` could be of`, '', [
    'put it directly behind the script: nothing but text, and other fences about that script, may stand between',
  ]);
}

export function repeatedFence(span: Span, word: string, line: number): Finding {
  return error('repeated-fence', span, `the script has its \`${word}\` already, in line ${line}`, '', [
    'keep one of them',
  ]);
}

export function nothingToContinue(span: Span): Finding {
  return error(
    'nothing-to-continue',
    span,
    'there is no script before this one that it could go on from',
    '',
    [
      'leave out `continue`: the script then has a sandbox of its own',
      'a script that is only checked leaves nothing to go on from',
    ],
  );
}

export function fencesExclude(span: Span, one: string, other: string): Finding {
  return error('fences-exclude', span, `\`${one}\` does not go together with ${other}`, '', [
    'keep one of them',
  ]);
}

export function noSuchParameter(span: Span, name: string, there: readonly string[]): Finding {
  return error('no-such-parameter', span, `the script has no parameter \`${harmless(name)}\``, '', [
    there.length > 0 ? `it has ${there.map(harmless).join(', ')}` : 'it has none',
  ]);
}

/** A script that did not end; `span` is the statement that hung. */
export function neverEnded(span: Span, seconds: number): Finding {
  return error(
    'never-ended',
    span,
    `the script was stopped: it did not end within ${seconds} s`,
    'still at this',
    ['bound what may take long with `within`', 'or give the script more time: `timeout=5m` behind `qblk`'],
  );
}

export function passedUnexpectedly(span: Span): Finding {
  return error('passed-unexpectedly', span, 'this was to fail, and it did not', '', [
    'leave out `fails` and the `failure` fence, if it is right so',
  ]);
}
