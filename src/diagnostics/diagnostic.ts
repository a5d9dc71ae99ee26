import type { Source, Span } from '../text/source.ts';

export type Severity = 'error' | 'warning' | 'note';

/** A span with what is to be said about it, of the diagnostic's own source. */
export interface Label {
  readonly span: Span;
  readonly text: string;
}

/** Something to tell the writer of a script. Plain data: what it looks like is the renderer's business. */
export interface Diagnostic {
  readonly severity: Severity;
  /** A stable kebab-case word, such as `base-above-top`: documented, searchable, never reused. */
  readonly code: string;
  readonly message: string;
  /** Where it is; `source` is missing for what has no place in a text, such as a command-line argument. */
  readonly source?: Source;
  readonly primary?: Label;
  readonly secondary?: readonly Label[];
  /** What to do about it, a line each. */
  readonly help?: readonly string[];
  /** Facts worth knowing, a line each. */
  readonly notes?: readonly string[];
  /** Edits that put it right for certain; without them a person has to choose. */
  readonly fix?: readonly Edit[];
}

/** Text to stand in the place of a span. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** A diagnostic before it is tied to its source: what the catalogue's functions make. */
export type Finding = Omit<Diagnostic, 'source'>;

/** The finding with edits that put it right for certain; without any it stays as it is. */
export function withFix(finding: Finding, edits: readonly Edit[]): Finding {
  return edits.length > 0 ? { ...finding, fix: edits } : finding;
}

/** Whether any of them is an error, so that nothing may be sent. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(diagnostic => diagnostic.severity === 'error');
}

/** An error with one place in the text; `label` is what stands there. */
export function error(
  code: string,
  span: Span,
  message: string,
  label: string,
  help: readonly string[] = [],
): Finding {
  return { severity: 'error', code, message, primary: { span, text: label }, help };
}

/** An error that no place in a text stands for. */
export function errorWithoutPlace(
  code: string,
  message: string,
  help: readonly string[],
  notes: readonly string[] = [],
): Finding {
  return { severity: 'error', code, message, help, notes };
}
