import type { Span } from '../../text/source.ts';
import { error, type Finding } from '../diagnostic.ts';

export function endingWithoutThen(span: Span, ending: string): Finding {
  return error(
    'unexpected-word',
    span,
    `\`${ending}\` says how the job ends, and stands behind \`then\``,
    '`then` is missing',
    [`write \`then ${ending}\``],
  );
}

/** A second word without a key; `open` are the parameters that nothing has been given for. */
export function unexpectedWord(
  span: Span,
  verb: string,
  word: string | undefined,
  open: readonly { readonly name: string; readonly required?: boolean }[],
): Finding {
  const wanted = open.filter(({ required }) => required).map(({ name }) => name);
  const keys = open.map(({ name }) => `${name}=`).join(' ');
  const [only, ...others] = wanted;
  const help =
    open.length === 0
      ? ['leave it out']
      : only !== undefined && others.length === 0 && word !== undefined
        ? [`write \`${only}=${word}\`, if that is meant; its keys: ${keys}`]
        : [`say which it is: ${keys}`];
  if (others.length > 0) help.push(`it needs ${wanted.map(name => `\`${name}=\``).join(' and ')}`);
  return error('unexpected-word', span, `\`${verb}\` takes one word without a key`, 'what is this?', help);
}

export function wordForCommand(span: Span, command: string): Finding {
  return error(
    'unexpected-word',
    span,
    `the arguments of \`${command}\` all have keys`,
    'a word without a key',
    [`write key=value: \`qblk schema ${command}\` lists the keys`],
  );
}
