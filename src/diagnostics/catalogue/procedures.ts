import type { Span } from '../../text/source.ts';
import { error, type Finding } from '../diagnostic.ts';

/** `what`: `a statement`, `a QMP command`… */
export function nameTaken(span: Span, name: string, what: string): Finding {
  return error(
    'procedure-name-taken',
    span,
    `a procedure cannot be called \`${name}\`: that is ${what}`,
    'means something else',
    ['give it a name of its own: who reads a line has to know what it sends'],
  );
}

export function repeatedProcedure(span: Span, name: string, first: Span): Finding {
  return {
    severity: 'error',
    code: 'repeated-procedure',
    message: `there are two procedures called \`${name}\``,
    primary: { span, text: 'the second one' },
    secondary: [{ span: first, text: 'the first one' }],
    help: ['rename one of them: the procedures of all used files are known together'],
  };
}

export function nestedProcedure(span: Span, word: string): Finding {
  return error(
    'nested-procedure',
    span,
    `a \`${word}\` stands by itself, not inside a block`,
    'cannot be here',
    ['move it out of the block: it is known in the whole script, above it and below'],
  );
}

/** `trail` begins and ends with the same procedure. */
export function recursiveProcedure(span: Span, trail: readonly string[]): Finding {
  const [name = ''] = trail;
  const message =
    trail.length > 2
      ? `procedures call each other in a circle: ${trail.join(' -> ')}`
      : `\`${name}\` calls itself`;
  return error('recursive-procedure', span, message, 'would never end', [
    'go through a list with `for`; it has an end that can be planned',
  ]);
}

export function tooDeep(span: Span, limit: number): Finding {
  return error(
    'too-many-calls',
    span,
    `procedures call each other more than ${limit} deep`,
    'one call too deep',
    ['call fewer of them from each other'],
  );
}

export function tooManyCalls(span: Span, limit: number): Finding {
  return error(
    'too-many-calls',
    span,
    `more than ${limit} calls of procedures are made`,
    'one call too many',
    ['split the script: a plan of this size shows nobody anything'],
  );
}

export function nothingGiven(span: Span, name: string): Finding {
  return error(
    'nothing-given',
    span,
    `\`let\` has nothing to keep: the procedure \`${name}\` gives nothing back`,
    'no value',
    [
      'call it without `let`, and ask the QEMU for what it changed, as with `let nodes = query-named-block-nodes`',
    ],
  );
}

export function cancelAroundCall(span: Span, name: string): Finding {
  return error(
    'cancel-around-call',
    span,
    `\`else cancel\` ends one job, and the procedure \`${name}\` may have several`,
    'which job?',
    [
      'leave `else cancel` out: the job at hand is left running when the time is over',
      'or write `within … else cancel` behind the statement inside the procedure',
    ],
  );
}

export const calledHere = 'called here';
