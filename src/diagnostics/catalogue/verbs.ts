import { harmless } from '../../text/harmless.ts';
import type { Span } from '../../text/source.ts';
import { type Edit, error, type Finding, withFix } from '../diagnostic.ts';
import { respelled } from '../spelling.ts';
import { isHostProgram, missingDollar } from './pasted.ts';
import { didYouMean } from './values.ts';

/** `kept`: it stands alone behind the `=` of a `let`, so a value may be meant; whether it is a name of the script. */
export function unknownVerb(
  span: Span,
  verb: string,
  known: readonly string[],
  label: string,
  availability: string | undefined,
  kept?: { readonly as: string; readonly isName: boolean },
): Finding {
  if (availability) {
    return error('unknown-command', span, `${label} has no command \`${verb}\``, 'not here', [availability]);
  }
  if (isHostProgram(verb)) return missingDollar(span, verb);
  const near = didYouMean(verb, known);
  const help = kept
    ? [
        kept.isName ? `what it stands for in this script: let ${kept.as} = $${verb}` : '',
        `text stands in quotes: let ${kept.as} = "${verb}"`,
      ].filter(Boolean)
    : ['the statements are listed by `qblk help`, the commands by `qblk schema`'];
  if (!kept && /^[A-Z]/.test(verb)) help.push('text of a document stands behind `#`');
  const finding = error(
    'unknown-verb',
    span,
    `\`${verb}\` is neither a statement nor a QMP command`,
    'not known',
    near.length > 0 ? near : help,
  );
  // Too many words are a letter away from a short one, such as `quit`.
  return respelled(
    finding,
    span,
    verb,
    known.filter(name => name.length > 4),
  );
}

export function unknownNode(
  span: Span,
  name: string,
  known: readonly string[],
  hint: string | undefined,
): Finding {
  const near = hint ? [hint] : didYouMean(name, known);
  const help = near.length > 0 ? near : ['`show nodes` lists what is there'];
  return error('unknown-node', span, `there is no node \`${name}\``, 'no such node', help);
}

export function badNodeName(span: Span, name: string): Finding {
  return error('bad-node-name', span, `\`${name}\` cannot be the name of a node`, 'not a name for QEMU', [
    'a node-name begins with a letter and goes on with letters, digits, `-`, `.` and `_`',
  ]);
}

export function longNodeName(span: Span, name: string): Finding {
  return error(
    'bad-node-name',
    span,
    `\`${name}\` is too long for a node-name`,
    `${name.length} characters`,
    ['QEMU takes 31 characters at the most'],
  );
}

export function badJobId(span: Span, id: string): Finding {
  return error('bad-job-id', span, `\`${id}\` cannot be the id of a job`, 'not an id for QEMU', [
    'an id begins with a letter and goes on with letters, digits, `-`, `.` and `_`',
  ]);
}

/** `given` are the arguments that are there already, which a misspelled one can't be. */
export function unknownArgument(
  span: Span,
  verb: string,
  key: string,
  known: readonly string[],
  given: ReadonlySet<string>,
): Finding {
  const near = didYouMean(key, known);
  const message = `\`${verb}\` takes no \`${key}=\``;
  const finding = error(
    'unknown-argument',
    span,
    message,
    'not known here',
    near.length > 0 ? near : [`\`qblk help ${verb}\` tells what it takes`],
  );
  return respelled(
    finding,
    span,
    key,
    known.filter(name => !given.has(name)),
  );
}

/** `fix` takes the second one away, where both say the same. */
/** An argument that other versions of QEMU have. */
export function argumentElsewhere(
  span: Span,
  verb: string,
  key: string,
  label: string,
  where: string,
): Finding {
  const message = `\`${verb}\` has no \`${key}=\` in ${label}`;
  return error('unknown-argument', span, message, 'not known here', [where]);
}

export function repeatedArgument(span: Span, first: Span, key: string, fix: readonly Edit[] = []): Finding {
  const finding: Finding = {
    severity: 'error',
    code: 'repeated-argument',
    message: `\`${key}\` is given twice`,
    primary: { span, text: 'again here' },
    secondary: [{ span: first, text: 'first given here' }],
  };
  return withFix(finding, fix);
}

export function missingArgument(
  span: Span,
  verb: string,
  parameter: string,
  summary: string,
  takes: string,
): Finding {
  const message = `\`${verb}\` needs \`${parameter}=\`: ${summary}`;
  return error('missing-argument', span, message, `no ${parameter} here`, [`it takes ${takes}`]);
}

/** A comment that stands where a value is missing is perhaps a name of QEMU's. */
export function hiddenByComment(finding: Finding, word: string): Finding {
  const hint = `\`#\` begins a comment: a name that begins so is written in quotes, "${harmless(word)}"`;
  return { ...finding, help: [hint, ...(finding.help ?? [])] };
}

export function noSuchEnding(span: Span, ending: string, verb: string, endings: readonly string[]): Finding {
  const known = endings.length > 0;
  const finding = error(
    'unknown-ending',
    span,
    known ? `\`then ${ending}\` is no way to end \`${verb}\`` : `\`${verb}\` takes no \`then ${ending}\``,
    'not known here',
    known ? [`there is ${endings.map(name => `\`then ${name}\``).join(' and ')}`] : ['leave it out'],
  );
  // QEMU's own word for it.
  if (ending === 'complete' && endings.includes('pivot')) return withFix(finding, [{ span, text: 'pivot' }]);
  return respelled(finding, span, ending, endings);
}

export function endingWithoutEffect(span: Span, ending: string, verb: string): Finding {
  return {
    severity: 'warning',
    code: 'ending-without-effect',
    message: `this ${verb} ends by itself, so there is nothing to ${ending}`,
    primary: { span, text: 'has no effect' },
    help: ['leave it out: the outcome is the same'],
  };
}

export function needsEnding(span: Span, verb: string): Finding {
  return error(
    'needs-ending',
    span,
    `this ${verb} stops at READY and never ends by itself`,
    'how should it end?',
    [
      'the guest moves to the other image: add `then pivot`',
      'the guest stays where it is: add `then cancel`',
      `or go on and end it later: \`start ${verb} …\`, then \`pivot\` or \`cancel\``,
    ],
  );
}

export function mustBeStarted(span: Span, verb: string, why: string): Finding {
  return error('must-be-started', span, `${why}, so this statement would never be done`, 'waits for ever', [
    `start it and go on: \`start ${verb} …\``,
  ]);
}

export function startedWithEnding(span: Span): Finding {
  return error(
    'started-with-ending',
    span,
    '`start` goes on at once, so it has no ending',
    'cannot be here',
    ['end the job later with `pivot JOB` or `cancel JOB`, or leave `start` out'],
  );
}

export function nothingToStart(span: Span, verb: string): Finding {
  return error(
    'nothing-to-start',
    span,
    `\`${verb}\` is done at once and has no job to start`,
    'leave this out',
  );
}

export function nothingToWaitFor(span: Span, verb: string): Finding {
  return error(
    'nothing-to-wait-for',
    span,
    `\`${verb}\` waits for nothing that \`within\` could limit`,
    'leave this out',
  );
}

export function unknownLimitEnding(span: Span, word: string): Finding {
  const finding = error(
    'unknown-ending',
    span,
    `after \`within\` there is only \`else cancel\`, not \`else ${word}\``,
    'not known',
  );
  return respelled(finding, span, word, ['cancel']);
}

export function dismissalIsOurs(span: Span): Finding {
  return error(
    'dismissal-is-ours',
    span,
    'qblk keeps a concluded job until it has read its verdict',
    'leave this out',
    ["QEMU would drop the job's error before anyone could read it"],
  );
}

export function noBlockHere(span: Span, verb: string): Finding {
  return error('no-block-here', span, `\`${verb}\` takes no block`, 'not understood here');
}

export function clashingKeys(span: Span, key: string): Finding {
  return error(
    'clashing-keys',
    span,
    `\`${key}\` clashes with another key: one gives a whole object, the other a member of it`,
    'says it again',
    ['give either the whole object or its members: file={"driver": …} or file.driver=…'],
  );
}

export function noCommand(span: Span): Finding {
  return error(
    'no-command',
    span,
    'the "execute" of this object is not the name of a command',
    'names no command',
    ['write {"execute": "query-jobs"}, or the command alone: query-jobs'],
  );
}

export function argumentsNotObject(span: Span): Finding {
  return error('wrong-value', span, 'the "arguments" of a command are an object', 'not an object');
}

export function cannotWaitForState(span: Span, state: string): Finding {
  return error(
    'passing-state',
    span,
    `a job may pass \`${state}\` unseen, so nothing can wait for it`,
    'only passed through',
    ['wait for `ready`, `pending` or the end; `expect job JOB STATE` asks about this moment'],
  );
}

export function unknownEvent(span: Span, event: string, label: string, known: readonly string[]): Finding {
  const finding = error(
    'unknown-event',
    span,
    `${label} has no event \`${event}\``,
    'not known',
    didYouMean(event, known),
  );
  return respelled(finding, span, event, known);
}

/** `given` are the arguments that are there already. */
export function otherKey(span: Span, key: string, name: string, given: ReadonlySet<string>): Finding {
  const finding = error(
    'unknown-argument',
    span,
    `here it is \`${name}=\`, not \`${key}=\``,
    `QMP's word for \`${name}\``,
    [`write ${name}=…`],
  );
  return withFix(finding, given.has(name) ? [] : [{ span, text: name }]);
}

export function nothingToStartRaw(span: Span, command: string): Finding {
  return error(
    'nothing-to-start',
    span,
    `a QMP command is sent as it is, and \`${command}\` cannot be started`,
    'leave this out',
    ['it waits until its job rests; the statements of the language can be started'],
  );
}

export function noSuchField(span: Span, event: string, field: string, known: readonly string[]): Finding {
  const help = known.length > 0 ? didYouMean(field, known) : [];
  const finding = error('unknown-field', span, `the data of ${event} have no \`${field}\``, 'never there', [
    ...help,
    ...(help.length === 0 && known.length > 0 ? [`they have ${known.join(', ')}`] : []),
  ]);
  return respelled(finding, span, field, known);
}

/** The node that a name stood for has been closed, or QEMU let go of it. */
export function nodeGone(span: Span, name: string, nodeName: string): Finding {
  const was = name === nodeName ? '' : `, the node \`${nodeName}\`,`;
  return error('node-gone', span, `\`${name}\`${was} is not open any more`, 'gone', [
    'another client has closed it, or QEMU has: a node that nobody named goes once nothing uses it; `else { … }` goes on without it',
  ]);
}
