import { pathsTakenBy } from '../../commands/images/files-made.ts';
import { relativeFilename } from '../../diagnostics/catalogue/surroundings.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import { isRelativePath } from '../../graph/files.ts';
import type { Step } from '../../statements/step.ts';
import type { HostRules } from '../evaluate/outside/host-rules.ts';
import type { PlanEntry } from './plan.ts';

/** A file that QEMU is to make. */
export interface NewFile {
  readonly filename: string;
  /** Whether the statement has no word that lets a file be lost. */
  readonly raw: boolean;
}

/** The files that a step has QEMU make, as far as their names are known; a statement's own are checked not to be there. */
export function* newFilesOf(step: Step): Generator<NewFile> {
  if (step.kind === 'check' && step.check.kind === 'file-absent') {
    const { filename, orSocket = false } = step.check;
    if (typeof filename === 'string') yield { filename, raw: orSocket };
  }
  if (step.kind !== 'execute' || !step.raw) return;
  for (const { filename } of pathsTakenBy(step.command, step.arguments)) yield { filename, raw: true };
}

/** What to say, once, where somebody else's QEMU is to make a file by a relative name: its working folder may be anywhere. */
export function notesOnNewFiles(entries: readonly PlanEntry[], { place }: HostRules = {}): Finding[] {
  const note = place === 'here' || place === 'elsewhere' ? firstNote(entries) : undefined;
  return note ? [note] : [];
}

function firstNote(entries: readonly PlanEntry[]): Finding | undefined {
  for (const entry of entries) {
    if (entry.kind === 'statement') {
      const files = entry.steps.flatMap(({ step }) => [...newFilesOf(step)]);
      const file = files.find(({ filename }) => isRelativePath(filename));
      if (file) return relativeFilename(entry.statement.span, file.filename);
    }
    const inner = firstNote(entry.entries);
    if (inner) return inner;
  }
  return undefined;
}
