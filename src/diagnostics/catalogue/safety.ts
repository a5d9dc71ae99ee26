import { harmless } from '../../text/harmless.ts';
import type { Span } from '../../text/source.ts';
import { error, type Finding } from '../diagnostic.ts';

/** `reaches` is what the command can do, where that is more than its name tells. */
export function commandNotAllowed(
  span: Span,
  need: { readonly command: string; readonly reaches?: 'monitor' | 'program' | 'file' },
): Finding {
  const name = harmless(need.command);
  const family = name.startsWith('migrate') ? [`or all that a migration needs: --allow-raw 'migrate*'`] : [];
  const finding = error(
    'command-not-allowed',
    span,
    `\`${name}\` reaches beyond the block layer, and nobody has allowed this script to send it`,
    'not allowed',
    [
      `where the script may: --allow-raw ${name}`,
      ...family,
      'to try the script on a scratch QEMU: --sandbox',
    ],
  );
  return need.reaches ? { ...finding, notes: [REACHES[need.reaches]] } : finding;
}

/** Why a file is out of bounds: outside of the folders, or nobody can tell where it is. */
export type OutOfBounds = 'outside' | 'relative' | 'unknown';

/** `folders` are those that the command line allows. */
export function pathOutside(
  span: Span,
  filename: string,
  why: OutOfBounds,
  folders: readonly string[],
): Finding {
  const name = `\`${harmless(filename)}\``;
  const allowed = folders.map(harmless).join(', ');
  const [message, label, help] = {
    outside: [
      `${name} is in none of the folders that this script has to keep to`,
      'outside',
      'where the script may use it: --allow-path FOLDER, once for each',
    ],
    relative: [
      `where ${name} is depends on the folder that QEMU was started in, which is not known`,
      'a relative path',
      'write the whole path',
    ],
    unknown: [
      `it can't be told which files ${name} names, so not that they are in the folders that this script has to keep to`,
      'which files?',
      'name each file by its path, as `blockdev-add` takes it',
    ],
  }[why] as [string, string, string];
  return error('path-outside', span, message, label, [`it keeps to ${allowed}`, help]);
}

const REACHES = {
  monitor: 'what it hands to the other monitor is not looked at, and can do whatever QEMU can',
  program: 'this one runs a program on the host of the QEMU',
  file: 'this one writes to a file, or reads from one, on the host of the QEMU',
};
