import { bitmaps } from './bitmaps.ts';
import { chains } from './chains.ts';
import { copies } from './copies.ts';
import { documents } from './documents.ts';
import { durableRuns } from './durable-runs.ts';
import { endpoints } from './endpoints.ts';
import type { Explanation, Theme } from './explanation.ts';
import { files } from './files.ts';
import { forms } from './forms.ts';
import { jobs } from './jobs.ts';
import { missing } from './missing.ts';
import { nodes } from './nodes.ts';
import { pasted } from './pasted.ts';
import { plans } from './plans.ts';
import { procedures } from './procedures.ts';
import { runs } from './runs.ts';
import { safety } from './safety.ts';
import { schema } from './schema.ts';
import { surroundings } from './surroundings.ts';
import { text } from './text.ts';
import { transactions } from './transactions.ts';
import { values } from './values.ts';
import { words } from './words.ts';

/** Every explanation there is, by kind: from the text of a script to its run. */
export const themes: readonly Theme[] = [
  text,
  forms,
  pasted,
  missing,
  words,
  procedures,
  endpoints,
  values,
  schema,
  chains,
  nodes,
  copies,
  files,
  bitmaps,
  jobs,
  transactions,
  runs,
  durableRuns,
  surroundings,
  safety,
  plans,
  documents,
];

/** The explanation of each code that a diagnostic can have. */
export const explanations: ReadonlyMap<string, Explanation> = new Map(
  themes.flatMap(theme => Object.entries(theme.explanations)),
);
