import type { Span } from '../../text/source.ts';
import { error, type Finding } from '../diagnostic.ts';

export function cannotUse(span: Span, name: string, reason: string): Finding {
  const help =
    'a path is meant from the folder of the file that says it, and from the working folder for `-` and `-c`';
  const isMissing = reason.includes('no such file');
  const message = `\`${name}\` cannot be used: ${reason}`;
  return error('cannot-use', span, message, 'not usable', isMissing ? [help] : []);
}

export function pathNotWritten(span: Span): Finding {
  return error(
    'cannot-use',
    span,
    'the path of a `use` is read before the script runs, so it cannot be made of values',
    'only known in a run',
    ['write the path out, as in use "lib/rotate.qblk"'],
  );
}

/** `trail` begins and ends with the same file. */
export function useCycle(span: Span, trail: readonly string[]): Finding {
  const [name = ''] = trail;
  const message =
    trail.length > 2 ? `files use each other in a circle: ${trail.join(' -> ')}` : `\`${name}\` uses itself`;
  return error('use-cycle', span, message, 'comes back here', [
    'put what both need into a file of its own, which uses neither',
  ]);
}

export function usedTwice(span: Span, name: string, first: Span): Finding {
  return {
    severity: 'warning',
    code: 'used-twice',
    message: `\`${name}\` is used twice`,
    primary: { span, text: 'nothing new' },
    secondary: [{ span: first, text: 'first used here' }],
    help: ['leave this line out'],
  };
}

export function notForUse(span: Span, name: string): Finding {
  return error(
    'not-for-use',
    span,
    `\`${name}\` is used by another file, and has more in it than procedures`,
    'would never be carried out',
    ['a used file holds `proc`, `use` and comments only: put this into a `proc`, or into the script'],
  );
}
