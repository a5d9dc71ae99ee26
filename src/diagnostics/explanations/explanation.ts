/** What there is to tell about a diagnostic, beyond what its message says. */
export interface Explanation {
  /** One sentence: what is wrong. */
  readonly summary: string;
  /** Why it is wrong, what would come of it, and what to do: a paragraph each. */
  readonly story: readonly string[];
  /** A script whose first error or warning is this one. */
  readonly fails: string;
  /** The same task done so that nothing is said. */
  readonly passes: string;
  /** How the examples are looked at, where that is not a plain `qblk check`. */
  readonly setting?: Setting;
}

/** What the examples of an explanation need. */
export interface Setting {
  /**
   * What shows the diagnostic: `run` needs a QEMU, if only a sandbox; `shell`: the examples are lines for a shell;
   * `elsewhere`: no script brings it about by itself, so the examples only say what it is about.
   */
  readonly command?: 'check' | 'compile' | 'run' | 'shell' | 'elsewhere';
  /** Whose schema to check against, or which program the sandbox has to be; else any will do. */
  readonly program?: 'storage-daemon' | 'system';
  /** The version of the schema; else the newest. */
  readonly qemu?: string;
}

/** Explanations of one kind, by code, in the order in which they are listed. */
export interface Theme {
  readonly title: string;
  readonly explanations: Readonly<Record<string, Explanation>>;
}
