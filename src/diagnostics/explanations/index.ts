import { bitmaps } from './bitmaps.ts';
import { chains } from './chains.ts';
import { copies } from './copies.ts';
import type { Explanation, Theme } from './explanation.ts';
import { files } from './files.ts';
import { forms } from './forms.ts';
import { jobs } from './jobs.ts';
import { missing } from './missing.ts';
import { nodes } from './nodes.ts';
import { plans } from './plans.ts';
import { runs } from './runs.ts';
import { schema } from './schema.ts';
import { text } from './text.ts';
import { values } from './values.ts';
import { words } from './words.ts';

/** Every explanation there is, by kind: from the text of a script to its run. */
export const themes: readonly Theme[] = [
  text,
  forms,
  missing,
  words,
  values,
  schema,
  chains,
  nodes,
  copies,
  files,
  bitmaps,
  jobs,
  runs,
  plans,
];

/** The explanation of each code that a diagnostic can have. */
export const explanations: ReadonlyMap<string, Explanation> = new Map(
  themes.flatMap(theme => Object.entries(theme.explanations)),
);
