import { harmless } from '../../text/harmless.ts';
import type { Span } from '../../text/source.ts';
import { suggest } from '../../text/suggest.ts';
import { error, type Finding } from '../diagnostic.ts';
import { adviceOn } from './pasted.ts';

export function hostProgramComputed(span: Span): Finding {
  return error('host-program-computed', span, 'the program of a `$` line is written out', 'a value', [
    'which programs a script runs can be read from it: only the arguments may be values',
  ]);
}

export function hostElsewhere(span: Span): Finding {
  return error(
    'host-elsewhere',
    span,
    'this would look at files of this host, and the QEMU may be on another one',
    'a file of this host',
    ['run the script on the host of the QEMU, through its unix socket'],
  );
}

/** `forSandboxes`: the program may be run there. */
export function hostNotAllowed(
  span: Span,
  program: string,
  allowed: readonly string[],
  forSandboxes: boolean,
): Finding {
  const name = harmless(program);
  const advice = adviceOn(program);
  if (advice)
    return error(
      'host-not-allowed',
      span,
      `\`${name}\` is not a program that a script may run`,
      'not allowed',
      [advice],
    );
  return error(
    'host-not-allowed',
    span,
    `\`${name}\` is not a program that a script may run`,
    'not allowed',
    [
      ...meant(program, allowed),
      `a script may run ${allowed.join(', ')}${forSandboxes ? `; in a sandbox \`${name}\` too` : ''}`,
      `to let it run this one as well: --allow-exec ${name}`,
    ],
  );
}

export function hostOutside(span: Span, program: string, argument: string): Finding {
  return error(
    'host-outside-sandbox',
    span,
    `in a sandbox \`${program}\` keeps to the sandbox's folder, and \`${harmless(argument)}\` may lead out of it`,
    'leads outside',
    ['name a file by its path from the folder, without `..`'],
  );
}

export function hostStaysBehind(span: Span): Finding {
  return error('host-stays-behind', span, 'nothing that a sandbox starts may outlive it', 'would go on', [
    'serve the image from QEMU: `nbd start`, then `export add`',
  ]);
}

export function hostProgramMissing(span: Span, program: string): Finding {
  return error(
    'host-program-missing',
    span,
    `there is no program \`${harmless(program)}\` here`,
    'not found',
    ['install it, or put its folder on PATH'],
  );
}

export function hostProgramFailed(
  span: Span,
  program: string,
  status: string,
  said: readonly string[],
): Finding {
  return {
    ...error('host-program-failed', span, `\`${harmless(program)}\` failed`, status),
    notes: said.map(harmless),
  };
}

/** A refusal: a program of the host must not change a file that QEMU has open. `at` is the number of its argument. */
export function imageInUse(at: number, filename: string, node: string, program: string) {
  const name = `\`${harmless(filename)}\``;
  return {
    refused: true as const,
    code: 'image-in-use',
    argument: String(at),
    message: `QEMU has ${name} open, as \`${harmless(node)}\`, and ${program} would change it.`,
    help: [
      'do it once QEMU has let go of the image',
      'or let QEMU do it: resize, commit, stream, snapshot and change-backing-file are for open images',
    ],
  };
}

/** A refusal: QEMU has a file open by a relative name, and this path may be what that means. */
export function imagePerhapsInUse(at: number, filename: string, open: string, program: string) {
  return {
    refused: true as const,
    code: 'image-in-use',
    argument: String(at),
    message: `QEMU has a \`${harmless(open)}\` of its working folder open, which may be \`${harmless(filename)}\`, and ${program} would change it.`,
    help: [
      'do it once QEMU has let go of the image',
      'or open images by whole paths, which mean the same to everybody',
    ],
  };
}

/** A refusal: a word of a `$` line is a name that QEMU gives to a file of its own working folder. */
export function nameOfQemu(at: number, filename: string, program: string) {
  const name = `\`${harmless(filename)}\``;
  return {
    refused: true as const,
    code: 'folder-not-known',
    argument: String(at),
    message: `${name} is what QEMU calls a file of its working folder; ${program} runs in another folder, perhaps, where ${name} is another file.`,
    help: [
      'make and open images by whole paths, which mean the same to everybody: filename=/…',
      `or say which file it is: \`$ ${harmless(program)} … /…/${harmless(filename)}\``,
    ],
  };
}

/** Said once in a script. */
export function relativeFilename(span: Span, filename: string): Finding {
  const name = harmless(filename);
  return {
    ...error(
      'relative-filename',
      span,
      `QEMU makes \`${name}\` in its own working folder, wherever that is`,
      '',
      [`give the whole path: filename=/…/${name}`],
    ),
    severity: 'note',
  };
}

export function identicalOpen(span: Span, filename: string, open: string, node: string): Finding {
  const name = `\`${harmless(filename)}\``;
  const message =
    filename === open
      ? `QEMU has ${name} open, so it cannot be compared`
      : `${name} reads from \`${harmless(open)}\`, which QEMU writes to, so it cannot be compared`;
  return error('identical-open', span, message, `open as \`${harmless(node)}\``, [
    'compare once QEMU has let go of it: `del` closes a node that nothing uses',
    'or read from the node: `io NODE "read -P 1 0 64K"` in a sandbox',
  ]);
}

export function formatNotKnown(span: Span, filename: string): Finding {
  const name = harmless(filename);
  return error(
    'format-not-known',
    span,
    `the format of \`${name}\` is not known, and it is never guessed from the data`,
    'which format?',
    [
      'give the file a name that tells: `.qcow2`, `.raw`',
      `or say it: \`$ qemu-img compare -f FORMAT -F FORMAT ${name} …\``,
    ],
  );
}

/** `differs` is qemu-img's own line: where they differ first. */
/** What is said of two images that differ in nothing else. */
export const LENGTHS_DIFFER = 'one is longer than the other, and zero behind the end of that';

export function notIdentical(span: Span, differs: string): Finding {
  return error('not-identical', span, 'the images are not identical', harmless(differs));
}

export function compareFailed(span: Span, said: readonly string[]): Finding {
  const finding = error('compare-failed', span, 'the images could not be compared', 'qemu-img failed');
  return { ...finding, notes: said.map(harmless) };
}

export function sandboxOnly(span: Span, verb: string): Finding {
  const instead =
    verb === 'io'
      ? 'on a QEMU that somebody works with, the guest writes; to try the script: --sandbox'
      : 'a QEMU that somebody works with is restarted by who manages it; to try the script: --sandbox';
  return error('sandbox-only', span, `\`${verb}\` is for sandboxes`, 'not a sandbox', [instead]);
}

export function guestWhat(span: Span): Finding {
  return error('guest-command-missing', span, '`io` takes a disk and what to do with it', 'what?', [
    'io D "write -P 1 0 64K", or: io D "read -P 1 0 64K"',
  ]);
}

export function badGuestCommand(span: Span, verb: string, known: readonly string[]): Finding {
  return error('guest-command-unknown', span, `a guest cannot \`${harmless(verb)}\``, 'not known here', [
    ...meant(verb, known),
    `there is ${known.join(', ')}, with the arguments that qemu-io takes: "write -P 1 0 64K"`,
  ]);
}

export function quotedGuestCommand(span: Span): Finding {
  return error(
    'guest-command-quoted',
    span,
    'quotes, backslashes and line ends have no meaning in what `io` does',
    'not plain',
    ['write the command plainly: io D "write -P 1 0 64K"'],
  );
}

function impossible(span: Span, message: string, help: string): Finding {
  return error('guest-command-impossible', span, message, 'not done by a guest', [help]);
}

export function patternNoByte(span: Span, pattern: string): Finding {
  return impossible(
    span,
    `the pattern \`${harmless(pattern)}\` is no byte`,
    'a pattern is a number from 0 to 255: "write -P 0xff 0 64K"',
  );
}

export function patternFromFile(span: Span): Finding {
  return impossible(
    span,
    'a guest has no file of this host to write from, so `-s` means nothing here',
    'write a pattern: "write -P 1 0 64K"',
  );
}

/** `end` and `size` are in bytes. */
export function beyondTheEnd(span: Span, end: bigint, disk: string, size: number): Finding {
  return impossible(
    span,
    `this goes up to byte ${end}, and \`${harmless(disk)}\` has ${size} bytes`,
    'choose a range inside it, or make it bigger first: resize',
  );
}

export function guestIoFailed(span: Span, command: string, said: readonly string[]): Finding {
  const finding = error(
    'io-failed',
    span,
    `\`${harmless(command)}\` failed`,
    said[0] ? harmless(said[0]) : 'failed',
  );
  return { ...finding, notes: said.slice(1).map(harmless) };
}

/** A write was carried out, as far as QEMU tells, and its data are not there. */
export function writeNotThere(span: Span, command: string, said: readonly string[]): Finding {
  const finding = error(
    'io-failed',
    span,
    `\`${harmless(command)}\` has not written what it should: something else is read there`,
    'not there',
  );
  return { ...finding, notes: said.map(harmless) };
}

/** `problem` is a whole sentence. */
export function restartRefused(span: Span, problem: string): Finding {
  return error('restart-impossible', span, problem.replace(/\.$/, ''), 'could not start again', [
    "a sandbox starts again on its disks' chains, of qcow2 and raw images in files",
  ]);
}

export function restartAlone(span: Span): Finding {
  return error('restart-alone', span, '`restart` takes no argument', 'one too many', [
    'it restarts the QEMU that the script is connected to',
  ]);
}

/** Said once in a run. */
export function simulatorHasNoData(span: Span): Finding {
  const finding = error(
    'simulator-has-no-data',
    span,
    'the simulator has no data: `io`, `identical` and `$` are passed over',
    'passed over, as those behind it',
    ['a real QEMU carries them out: --sandbox=qemu, --sandbox=storage-daemon'],
  );
  return { ...finding, severity: 'warning' };
}

function meant(word: string, known: readonly string[]): string[] {
  const near = suggest(word, known);
  return near.length > 0 ? [`did you mean ${near.map(name => `\`${name}\``).join(' or ')}?`] : [];
}
