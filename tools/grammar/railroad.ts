import { type Box, branches, bypass, escaped, loop, row, stacked, textBox } from './diagram-box.ts';
import { ebnfOf } from './ebnf.ts';
import { type Part, same, sequence } from './part.ts';

const WIDEST = 800;
const MARGIN = 16;

// The panel is opaque, so that a diagram is legible whatever lies behind it.
const STYLE = `
.panel { fill: #ffffff; stroke: #d0d7de }
.line { fill: none; stroke: #57606a; stroke-width: 1.5 }
.end { fill: #57606a }
.literal { fill: #ddf4ff; stroke: #0969da }
.rule { fill: #f6f8fa; stroke: #8c959f }
text { fill: #1f2328; font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; text-anchor: middle }
@media (prefers-color-scheme: dark) {
.panel { fill: #0d1117; stroke: #30363d }
.line { stroke: #9198a1 }
.end { fill: #9198a1 }
.literal { fill: #0c2d6b; stroke: #4493f8 }
.rule { fill: #21262d; stroke: #6e7681 }
text { fill: #f0f6fc }
}
`;

/** A rule as a railroad diagram: an SVG that stands alone. */
export function diagram(name: string, part: Part): string {
  const box = fitted(part);
  const [width, height] = [Math.ceil(box.width) + 2 * MARGIN + 40, Math.ceil(box.up + box.down) + 2 * MARGIN];
  const [x, y] = [MARGIN + 20, MARGIN + Math.ceil(box.up)];
  const end = x + box.width;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${name}</title>`,
    `<desc>${escaped(`${name} ::= ${ebnfOf(part)}`)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="panel" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>`,
    `<circle class="end" cx="${x - 16}" cy="${y}" r="4"/><path class="line" d="M ${x - 16} ${y} H ${x}"/>`,
    box.draw(x, y).replaceAll('/><', '/>\n<').replaceAll('</text><', '</text>\n<'),
    `<path class="line" d="M ${Math.round(end * 10) / 10} ${y + box.drop} h 16"/><circle class="end" cx="${Math.round(end + 16)}" cy="${y + box.drop}" r="4"/>`,
    '</svg>\n',
  ].join('\n');
}

/** On one line where that is narrow enough, else a sequence in several. */
function fitted(part: Part): Box & { readonly drop: number } {
  const whole = boxOf(part);
  if (whole.width <= WIDEST || part.kind !== 'sequence') return { ...whole, drop: 0 };
  const rows: Box[][] = [[]];
  for (const box of boxesOf(part.parts)) {
    const last = rows.at(-1) ?? [];
    if (last.length > 0 && row([...last, box]).width > WIDEST) rows.push([box]);
    else last.push(box);
  }
  return stacked(rows.map(row));
}

function boxOf(part: Part): Box {
  switch (part.kind) {
    case 'literal':
      return textBox(part.text, 'literal');
    case 'rule':
      return textBox(part.name, 'rule');
    case 'sequence':
      return row(boxesOf(part.parts));
    case 'choice':
      return branches(part.parts.map(boxOf));
    case 'optional':
      return bypass(boxOf(part.part));
    case 'many':
      return part.atLeast === 1 ? loop(boxOf(part.part)) : bypass(loop(boxOf(part.part)));
  }
}

/** The boxes of a sequence; `X (',' X)*` is one loop with the comma on the way back. */
function boxesOf(parts: readonly Part[]): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at < parts.length; at++) {
    const repeated = parts.slice(at + 1).find(part => part.kind === 'many');
    const [separator, ...item] =
      repeated?.kind === 'many' && repeated.part.kind === 'sequence' ? repeated.part.parts : [];
    const before = parts.slice(at, at + item.length);
    const follows = repeated !== undefined && parts[at + item.length] === repeated;
    const [part] = before;
    if (part && separator && follows && same(sequence(before), sequence(item))) {
      boxes.push(loop(boxOf(sequence(item)), boxOf(separator)));
      at += item.length;
    } else boxes.push(boxOf(parts[at] as Part));
  }
  return boxes;
}
