import type { Datum } from '../statements/datum.ts';

/** Which QEMU to open: one that runs, a scratch one, or the schema of one alone. */
export interface Wish {
  /** The address of its monitor. */
  readonly qmp?: string;
  /** `auto`, `qemu`, `storage-daemon` or `sim`. */
  readonly sandbox?: string;
  /** The version to simulate, or the bundled schema to use. */
  readonly qemu?: string;
  /** Which program's bundled schema: `system` or `storage-daemon`. */
  readonly program?: string;
  /** Values for the script's parameters, as far as a sandbox's chains are made of them. */
  readonly parameters: ReadonlyMap<string, Datum>;
  /** `keep` leaves a sandbox's folder behind. */
  readonly flags: ReadonlySet<string>;
}

/** Hears what people like to know and no script depends on. */
export interface Told {
  say(text: string): void;
}
