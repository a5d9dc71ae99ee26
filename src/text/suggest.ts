/** How many single-character edits, neighbouring swaps included, turn `from` into `to`. */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

const plain = (text: string) => text.toLowerCase().replaceAll('_', '-');

/**
 * The one candidate that `word` surely is a misspelling of: at most two edits away, and every other one twice as far.
 * In a short word one edit is all; a mere beginning of a name is no misspelling.
 */
export function surelyMeant(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(word);
  const limit = Math.min(2, Math.floor(wanted.length / 3));
  const ranked = [...new Set(candidates)]
    .map(name => ({ name, distance: editDistance(wanted, plain(name)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best, next] = ranked;
  if (!best || best.distance > limit || best.name === word) return undefined;
  const isRivalled = next && (next.distance === best.distance || next.distance < 2 * best.distance);
  return isRivalled ? undefined : best.name;
}

/**
 * The candidates that a person who wrote `word` most likely meant, nearest first, three at the most.
 * Letter case, `_` for `-` and a missing or extra ending count little; a third of the word may be wrong.
 */
export function suggest(word: string, candidates: Iterable<string>): string[] {
  const wanted = plain(word);
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const near: { name: string; distance: number }[] = [];
  for (const name of new Set(candidates)) {
    const known = plain(name);
    if (Math.abs(known.length - wanted.length) > limit && !known.startsWith(wanted)) continue;
    const distance = known.startsWith(wanted) && wanted.length > 2 ? 0.5 : editDistance(wanted, known);
    if (distance <= limit) near.push({ name, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const best = near[0]?.distance ?? 0;
  return near
    .filter(item => item.distance <= best + 1)
    .slice(0, 3)
    .map(item => item.name);
}
