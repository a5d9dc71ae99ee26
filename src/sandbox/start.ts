import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bringUp, type RunningQemu } from './bring-up.ts';
import { disksOf, type SandboxChain } from './chain.ts';
import { commandLine } from './command-line.ts';
import type { Engine } from './engines.ts';
import { guestArguments, makeGuest } from './guest.ts';
import { makeImages } from './images.ts';
import { SandboxError } from './sandbox-error.ts';
import { setWatchdog } from './watchdog.ts';

export interface SandboxOptions {
  readonly engine: Engine;
  /** None gives an empty QEMU. */
  readonly chains?: readonly SandboxChain[];
  /** Leaves the folder behind when the sandbox ends. */
  readonly keep?: boolean;
  /** The folder to use: a new or an empty one. Without it a temporary one is made. */
  readonly directory?: string;
  /** Several sandboxes that share a folder, each with one of its own in it, and the name of this one there. */
  readonly group?: { readonly folder: SandboxGroup; readonly name: string };
  /** What runs in it once it is told to `cont`; without it nothing that writes. Only a qemu-system has a guest. */
  readonly guest?: 'writes';
  /** Waits for a guest to come in; started again it does not. Only a qemu-system does. */
  readonly incoming?: boolean;
  /** Further command-line arguments for the engine. */
  readonly extraArguments?: readonly string[];
}

/** A running QEMU of our own with its folder, that ends when we do, however that is. */
export interface Sandbox extends RunningQemu {
  readonly engine: Engine;
  /** QEMU's working folder, where the images are. */
  readonly directory: string;
  /** The further command-line arguments that the engine was given. */
  readonly extraArguments: readonly string[];
}

const SOCKET = 'qmp.sock';

/** Makes the folder that sandboxes share when the first of them starts. The last of them removes it. */
export type SandboxGroup = () => string;

/** A group that no sandbox belongs to yet. */
export function sandboxGroup(): SandboxGroup {
  let folder: string | undefined;
  return () => {
    folder ??= mkdtempSync(join(tmpdir(), 'qblk-'));
    return folder;
  };
}

function makeFolder(options: SandboxOptions): { folder: string; keep: boolean; parent?: string } {
  const keep = options.keep ?? false;
  if (options.group) {
    const parent = options.group.folder();
    const folder = join(parent, options.group.name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(parent, `.sandbox-${options.group.name}`), '');
    return { folder, keep, parent };
  }
  if (options.directory === undefined) return { folder: mkdtempSync(join(tmpdir(), 'qblk-')), keep };
  const folder = resolve(options.directory);
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) {
    throw new SandboxError(`the folder ${folder} is not empty, and a sandbox removes its folder`, [
      'name a new folder',
    ]);
  }
  return { folder, keep };
}

/**
 * Makes the images of `chains`, starts the engine on them and connects to it. Throws a SandboxError, with what QEMU said,
 * when that can't be done within ten seconds; nothing is then left behind, and nothing when this process is killed.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { engine, chains = [], guest } = options;
  if (guest && engine.kind !== 'qemu') throw new SandboxError('a storage daemon has no guest');
  const extraArguments = [...(guest ? guestArguments : []), ...(options.extraArguments ?? [])];
  const disks = disksOf(chains);
  const watchdog = await setWatchdog(
    () => makeFolder(options),
    folder => [
      ...commandLine(engine, join(folder, SOCKET), disks),
      ...(options.incoming ? ['-incoming', 'defer'] : []),
      ...extraArguments,
    ],
  );
  const started = await bringUp(watchdog, join(watchdog.folder, SOCKET), engine, [
    makeImages(engine, watchdog.folder, disks),
    guest && makeGuest(watchdog.folder),
  ]);
  return { engine, directory: watchdog.folder, extraArguments, ...started };
}
