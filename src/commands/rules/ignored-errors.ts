import type { Arguments, Caution } from '../define.ts';

/** A job that is told to ignore errors hides them, or tries the same for ever. */
export function ignoresErrors(args: Arguments): Caution | undefined {
  const argument = ['on-error', 'on-source-error', 'on-target-error'].find(
    name => args.text(name) === 'ignore',
  );
  if (argument === undefined) return undefined;
  const what =
    argument === 'on-source-error'
      ? 'what can’t be read is passed over, and the copy still counts as whole'
      : 'what fails is tried again at once, for ever where the error stays, and nobody is told';
  return {
    code: 'errors-ignored',
    argument,
    message: `With \`${argument}=ignore\` ${what}.`,
    help: [`to have the job paused by an error, so that nothing is lost: ${argument}=stop`],
  };
}
