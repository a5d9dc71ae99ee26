import type { Span } from '../../text/source.ts';
import { error, type Finding } from '../diagnostic.ts';
import { respelled } from '../spelling.ts';
import { didYouMean } from './values.ts';

/** What an endpoint may be called, in words. */
const NAMES = 'a name has letters, digits, `-` and `_`, and begins with a letter: target dst';

export function targetShape(span: Span, what: string): Finding {
  return error('target-shape', span, `a \`target\` line names one endpoint: ${what}`, 'not understood here', [
    'target dst',
    'target dst "where the guest goes" incoming=on',
  ]);
}

export function targetName(span: Span): Finding {
  return error('target-shape', span, 'this can be no name of an endpoint', 'not a name', [NAMES]);
}

export function repeatedTarget(span: Span, first: Span, name: string): Finding {
  return {
    ...error('repeated-target', span, `there are two endpoints called \`${name}\``, 'the second one', [
      'give each QEMU a name of its own, and leave out the line that is there twice',
    ]),
    secondary: [{ span: first, text: 'the first one' }],
  };
}

export function misplacedTarget(span: Span): Finding {
  return error(
    'misplaced-target',
    span,
    'a `target` stands at the head of a script, before the statements that use it',
    'cannot be here',
    ['put it above the first `chain`; only `param`, `proc` and `use` may stand before it'],
  );
}

export function unknownTarget(span: Span, name: string, known: readonly string[]): Finding {
  const finding = error(
    'unknown-target',
    span,
    `no endpoint is called \`${name}\``,
    'not declared',
    known.length > 0
      ? didYouMean(name, known, '@')
      : [`declare it at the head of the script: target ${name}`],
  );
  return respelled(finding, span, name, known);
}

export function whichTarget(span: Span, known: readonly string[]): Finding {
  return error(
    'which-target',
    span,
    'this script has endpoints, and this statement does not say which one it is for',
    'for which QEMU?',
    [
      `write ${known.map(name => `\`@${name}\``).join(' or ')} before it`,
      'a block says it for all in it: @NAME { … }',
    ],
  );
}

export function otherTarget(span: Span, name: string): Finding {
  return error(
    'target-twice',
    span,
    `the line is for another endpoint than the statement in it, which says \`@${name}\``,
    'says another one',
    ['say it once, at the beginning of the line'],
  );
}

export function notIncoming(span: Span, name: string, status: string): Finding {
  return {
    ...error(
      'not-incoming',
      span,
      `\`${name}\` does not wait for a guest: its status is \`${status}\``,
      'to be `inmigrate`',
      ['start that QEMU with `-incoming defer`'],
    ),
    notes: ['a guest can only come into a QEMU that was started to wait for one'],
  };
}

/** To be added to what failed: somebody else who belongs to the script has gone as well. */
export function connectionGone(name: string, reason: string): string {
  return `the connection to @${name} is lost: ${reason}`;
}
