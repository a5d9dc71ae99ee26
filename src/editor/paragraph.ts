/**
 * Text filled into lines of at most `width` columns, each behind `indent` spaces. A longer word gets a line of its own,
 * and what stands between backquotes is never broken.
 */
export function fill(text: string, indent = 0, width = 80): string[] {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/(?:`[^`]*`|[^ \n`]|`)+/g) ?? []) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(margin + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, margin + line];
}

/** Two columns, the right one filled; a left cell that is too wide for its column stands on a line of its own. */
export function columns(
  rows: readonly (readonly [left: string, right: string])[],
  most = 24,
  width = 80,
): string[] {
  const column = Math.min(most, Math.max(...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const filled = fill(right, column + 4, width);
    if (left.length > column) return [`  ${left}`, ...filled];
    const [first = '', ...rest] = filled;
    return [`  ${left.padEnd(column)}  ${first.trimStart()}`, ...rest];
  });
}
