import { pathOutside } from '../../../diagnostics/catalogue/safety.ts';
import * as problems from '../../../diagnostics/catalogue/surroundings.ts';
import type { Finding } from '../../../diagnostics/diagnostic.ts';
import type { Statement } from '../../../syntax/ast.ts';
import type { Span } from '../../../text/source.ts';
import type { Allowances, LibvirtGuest } from '../safety/allowances.ts';
import { outOfBounds } from '../safety/bounds.ts';
import { filesInWords } from '../safety/host-files.ts';

/** What a script may do where it runs. */
export interface HostRules {
  /**
   * Where the QEMU is: in a sandbox, in the simulator, on this host, or perhaps on another one. Undefined where there is none
   * yet, as when a script is only checked: then what any of them allows passes.
   */
  readonly place?: 'sandbox' | 'simulator' | 'here' | 'elsewhere' | undefined;
  /** The programs that `--allow-exec` names. */
  readonly allowed?: ReadonlySet<string> | undefined;
  /** The files of this host, where the QEMU's working folder is not known; without them both mean the same by a name. */
  readonly files?: HostFiles | undefined;
  /** What else is allowed there, or is not. */
  readonly beyond?: Allowances | undefined;
  /** The guest is one of libvirt's, as something other than its nodes tells. */
  readonly libvirt?: LibvirtGuest | undefined;
  /** What an image of this host records of its backing file; without it the QEMU's images can't be looked into from here. */
  readonly recordedBacking?: ((path: string) => RecordedBacking | undefined) | undefined;
}

/** A backing file as an image records it: QEMU looks for a format that is not there in the file's data. */
export interface RecordedBacking {
  readonly name: string;
  readonly format?: string;
}

/** How the files of a host are told apart. */
export interface HostFiles {
  /** Where `$` lines run, as a whole path. */
  readonly folder: string;
  /** The same text for all the names of one file, whichever links lead to it; undefined where there is none. */
  identityOf(path: string): string | undefined;
}

/** QEMU's own programs for images, which every script may run. */
const imagePrograms: ReadonlySet<string> = new Set(['qemu-img', 'qemu-io', 'qemu-nbd']);

/** Plain programs for files, for sandboxes: they touch nothing but what they are told by name. */
const filePrograms: ReadonlySet<string> = new Set([
  ...['cat', 'cmp', 'cp', 'false', 'ls', 'mkdir', 'mv', 'od', 'rm', 'rmdir', 'sha256sum', 'sleep', 'stat'],
  ...['test', 'touch', 'true', 'truncate'],
]);

/** A word of a `$` line as far as it is known, with its place. */
export interface KnownWord {
  /** Undefined: only the run will tell. */
  readonly text: string | undefined;
  readonly span: Span;
}

/** Why a `$` line must not be run, if so. */
export function hostProblem(
  program: KnownWord,
  words: readonly KnownWord[],
  rules: HostRules,
): Finding | undefined {
  const { place, allowed } = rules;
  const name = program.text;
  if (name === undefined) return problems.hostProgramComputed(program.span);
  if (place === 'elsewhere') return problems.hostElsewhere(program.span);
  const beyond = outsideFolders(name, words, rules);
  if (beyond) return beyond;
  if (allowed?.has(name)) return undefined;
  if (imagePrograms.has(name)) return staysBehind(name, words, place);
  const isSandbox = place === undefined || place === 'sandbox' || place === 'simulator';
  if (!filePrograms.has(name) || !isSandbox)
    return problems.hostNotAllowed(program.span, name, [...imagePrograms], filePrograms.has(name));
  const outside = place === undefined ? undefined : words.find(word => leadsOutside(word.text ?? ''));
  return outside && problems.hostOutside(outside.span, name, outside.text ?? '');
}

/** A path among the words that is in none of the folders that whoever runs the script keeps it to. */
function outsideFolders(
  program: string,
  words: readonly KnownWord[],
  { place, beyond: { paths = [], folder } = {} }: HostRules,
): Finding | undefined {
  if (paths.length === 0 || place === 'sandbox' || place === 'simulator') return undefined;
  for (const { text, at, isBacking } of filesInWords(
    program,
    words.map(word => word.text ?? ''),
  )) {
    const why = outOfBounds(text, paths, isBacking ? 'an overlay' : folder);
    const span = words[at]?.span;
    if (why && span) return pathOutside(span, text, why, paths);
  }
  return undefined;
}

/** A sandbox leaves nothing behind, and what goes into the background by itself can't be followed. */
function staysBehind(
  name: string,
  words: readonly KnownWord[],
  place: HostRules['place'],
): Finding | undefined {
  if (name !== 'qemu-nbd' || (place !== 'sandbox' && place !== 'simulator')) return undefined;
  const fork = words.find(({ text }) => text === '--fork');
  return fork && problems.hostStaysBehind(fork.span);
}

/** Whether an argument may lead out of the folder that a program runs in. */
function leadsOutside(text: string): boolean {
  if (text.startsWith('-')) return text.includes('/') || text.includes('..');
  return text.startsWith('/') || text.split('/').includes('..');
}

/** Whether nothing came of a statement because the simulator, which has no data, passed it over. */
export function isPassedOver(
  statement: Statement,
  { host }: { readonly host?: HostRules | undefined },
): boolean {
  const isOutside = statement.kind === 'host' || (statement.kind === 'verb' && statement.verb.text === 'io');
  return isOutside && host?.place === 'simulator';
}
