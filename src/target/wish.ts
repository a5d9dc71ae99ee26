import type { Datum } from '../statements/datum.ts';
import type { Silent } from './silence.ts';
import type { Tracer } from './trace-file.ts';

/** Which QEMU to open: one that runs, a scratch one, or the schema of one alone. */
export interface Wish {
  /** The address of its monitor. */
  readonly qmp?: string;
  /** The addresses of the endpoints that the script declares, by name. */
  readonly targets?: ReadonlyMap<string, string>;
  /** `auto`, `qemu`, `storage-daemon` or `sim`. */
  readonly sandbox?: string;
  /** What runs in a sandbox's QEMU once it is told to `cont`; without it nothing that writes. */
  readonly guest?: 'writes';
  /** The version to simulate, or the bundled schema to use. */
  readonly qemu?: string;
  /** Which program's bundled schema: `system` or `storage-daemon`. */
  readonly program?: string;
  /** The programs that `$` lines may run, beside those that every script may. */
  readonly allowExec?: ReadonlySet<string>;
  /** Hears every message on the wire. */
  readonly tracer?: Tracer;
  /** The commands beyond the block layer that may be sent under their own names to a QEMU that runs. */
  readonly allowRaw?: ReadonlySet<string>;
  /** The folders that the files of a QEMU that runs have to lie in; none: anywhere. */
  readonly allowPath?: readonly string[];
  /** Values for the script's parameters, as far as a sandbox's chains are made of them. */
  readonly parameters: ReadonlyMap<string, Datum>;
  /** `keep` leaves a sandbox's folder behind; `allow-libvirt` lets a guest of libvirt's be changed behind its back. */
  readonly flags: ReadonlySet<string>;
}

/** Hears what people like to know and no script depends on. */
export interface Told {
  say(text: string): void;
  /** What should not be missed: nothing but a wish for quiet keeps it back. */
  warn(text: string): void;
  /** A QEMU has not answered for long; `name` is its endpoint's. Told again and again while that lasts. */
  silent?(silent: Silent, name: string | undefined): void;
}
