import type { Edit, Finding } from './diagnostic.ts';

/** A text after the fixes of some findings. */
export interface Fixed {
  readonly text: string;
  /** The findings whose fixes were made; one that overlaps another's waits for its turn. */
  readonly applied: readonly Finding[];
}

/**
 * Makes the certain fixes of `findings`, in the order of the text, and touches nothing else. Of fixes that overlap the
 * first is made: the others were right for a text that is not there any more.
 */
export function applyFixes(text: string, findings: readonly Finding[]): Fixed {
  const taken: Edit[] = [];
  const applied: Finding[] = [];
  for (const finding of [...findings].sort((a, b) => startOf(a) - startOf(b))) {
    const { fix = [] } = finding;
    if (fix.length === 0 || fix.some(edit => taken.some(other => overlap(edit, other)))) continue;
    taken.push(...fix);
    applied.push(finding);
  }
  return { text: replaced(text, taken), applied };
}

function startOf(finding: Finding): number {
  return Math.min(...(finding.fix ?? []).map(({ span }) => span.start));
}

/** Edits that touch count as well: what is put between them would depend on their order. */
function overlap({ span: one }: Edit, { span: other }: Edit): boolean {
  return one.start <= other.end && other.start <= one.end;
}

function replaced(text: string, edits: readonly Edit[]): string {
  let after = '';
  let at = 0;
  for (const { span, text: instead } of [...edits].sort((a, b) => a.span.start - b.span.start)) {
    after += text.slice(at, span.start) + instead;
    at = span.end;
  }
  return after + text.slice(at);
}
