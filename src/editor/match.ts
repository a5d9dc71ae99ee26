import type { Candidate } from './completion.ts';

/** The candidates that fit what has been typed, better ones first, each kind of fit in the order given. */
export function matching(candidates: readonly Candidate[], typed: string): Candidate[] {
  const seen = new Set<string>();
  const tiers: Candidate[][] = [[], [], [], []];
  for (const candidate of candidates) {
    if (seen.has(candidate.text)) continue;
    const tier = tierOf(candidate.label ?? candidate.text, typed);
    if (tier === undefined) continue;
    seen.add(candidate.text);
    tiers[tier]?.push(candidate);
  }
  return tiers.flat();
}

/** How well a name fits: begins so, begins so but for the case, has it, has its letters; undefined: not at all. */
function tierOf(name: string, typed: string): 0 | 1 | 2 | 3 | undefined {
  if (name.startsWith(typed)) return 0;
  const lower = name.toLowerCase();
  const wanted = typed.toLowerCase();
  if (lower.startsWith(wanted)) return 1;
  if (wanted.length > 1 && lower.includes(wanted)) return 2;
  return wanted.length > 1 && hasInitials(lower, wanted, 0, 0) ? 3 : undefined;
}

/** Whether `wanted` is made of beginnings of the name's words, in their order: `bdm` of `block-dirty-bitmap-merge`. */
function hasInitials(name: string, wanted: string, from: number, at: number): boolean {
  if (at === wanted.length) return true;
  for (let start = from; start < name.length; start++) {
    if (start > 0 && !isBorder(name[start - 1] ?? '')) continue;
    for (let length = 1; name[start + length - 1] === wanted[at + length - 1]; length++) {
      if (at + length > wanted.length) break;
      if (hasInitials(name, wanted, start + length, at + length)) return true;
    }
    if (at === 0) return false;
  }
  return false;
}

function isBorder(character: string): boolean {
  return '-_. /:'.includes(character);
}
