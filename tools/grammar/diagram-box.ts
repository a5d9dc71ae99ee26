/** A piece of a diagram: the line enters it on the left at height `y` and leaves it on the right at the same height. */
export interface Box {
  readonly width: number;
  /** How far it reaches above and below the line. */
  readonly up: number;
  readonly down: number;
  draw(x: number, y: number): string;
}

const RADIUS = 8;
const GAP = 12;
const CHARACTER = 7.9;
const HALF = 12;

const number = (value: number) => String(Math.round(value * 10) / 10);
/** Lines and corners: the numbers of `d` rounded, so that a diagram is the same on every machine. */
const line = (d: readonly (string | number)[]) =>
  `<path class="line" d="${d.map(part => (typeof part === 'number' ? number(part) : part)).join(' ')}"/>`;
const corner = (across: number, along: number, clockwise: 0 | 1) =>
  ['a', RADIUS, RADIUS, '0 0', clockwise, across, along] as const;

export function textBox(text: string, kind: 'literal' | 'rule'): Box {
  const width = text.length * CHARACTER + 20;
  const round = kind === 'literal' ? HALF : 2;
  return {
    width,
    up: HALF,
    down: HALF,
    draw: (x, y) =>
      `<rect class="${kind}" x="${number(x)}" y="${number(y - HALF)}" width="${number(width)}" height="${2 * HALF}" rx="${round}"/>` +
      `<text x="${number(x + width / 2)}" y="${number(y + 4.5)}">${escaped(text)}</text>`,
  };
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

export function row(boxes: readonly Box[]): Box {
  const width = boxes.reduce((sum, box) => sum + box.width, 0) + GAP * (boxes.length - 1);
  return {
    width,
    up: Math.max(...boxes.map(({ up }) => up)),
    down: Math.max(...boxes.map(({ down }) => down)),
    draw: (x, y) => {
      let at = x;
      const drawn: string[] = [];
      for (const [index, box] of boxes.entries()) {
        if (index > 0) {
          drawn.push(line(['M', at, y, 'h', GAP]));
          at += GAP;
        }
        drawn.push(box.draw(at, y));
        at += box.width;
      }
      return drawn.join('');
    },
  };
}

/** Alternatives below each other, the first on the line. */
export function branches(boxes: readonly Box[]): Box {
  const [first, ...others] = boxes;
  if (!first) return row([]);
  const widest = Math.max(...boxes.map(box => box.width));
  const side = 2 * RADIUS + GAP / 2;
  const heights: number[] = [];
  let height = first.down;
  for (const box of others) {
    height += GAP / 1.5 + box.up;
    heights.push(Math.max(height, 2 * RADIUS));
    height = Math.max(height, 2 * RADIUS) + box.down;
  }
  const through = (box: Box, x: number, y: number) =>
    box.draw(x, y) + line(['M', x + box.width, y, 'H', x + widest]);
  return {
    width: widest + 2 * side,
    up: first.up,
    down: height,
    draw: (x, y) => {
      const [left, right] = [x + side, x + side + widest];
      const drawn = [line(['M', x, y, 'H', left]), through(first, left, y), line(['M', right, y, 'h', side])];
      for (const [index, box] of others.entries()) {
        const below = heights[index] ?? 0;
        const drop = below - 2 * RADIUS;
        drawn.push(
          line([
            'M',
            x,
            y,
            'h',
            GAP / 2,
            ...corner(RADIUS, RADIUS, 1),
            'v',
            drop,
            ...corner(RADIUS, RADIUS, 0),
          ]),
          through(box, left, y + below),
          line([
            'M',
            right,
            y + below,
            ...corner(RADIUS, -RADIUS, 0),
            'v',
            -drop,
            ...corner(RADIUS, -RADIUS, 1),
            'h',
            GAP / 2,
          ]),
        );
      }
      return drawn.join('');
    },
  };
}

/** A way past the box, above it. */
export function bypass(box: Box): Box {
  const side = 2 * RADIUS;
  const rise = Math.max(box.up + GAP / 1.5, 2 * RADIUS);
  return {
    width: box.width + 2 * side,
    up: rise,
    down: box.down,
    draw: (x, y) =>
      line(['M', x, y, 'h', side]) +
      box.draw(x + side, y) +
      line(['M', x + side + box.width, y, 'h', side]) +
      line([
        ...['M', x, y, ...corner(RADIUS, -RADIUS, 0), 'v', 2 * RADIUS - rise, ...corner(RADIUS, -RADIUS, 1)],
        ...[
          'h',
          box.width,
          ...corner(RADIUS, RADIUS, 1),
          'v',
          rise - 2 * RADIUS,
          ...corner(RADIUS, RADIUS, 0),
        ],
      ]),
  };
}

/** The box once or more; on the way back, below it, stands what separates two of them. */
export function loop(box: Box, between?: Box): Box {
  const side = RADIUS + GAP / 2;
  const inner = Math.max(box.width, between?.width ?? 0);
  const drop = Math.max(box.down + GAP / 1.5 + (between?.up ?? 0), 2 * RADIUS);
  return {
    width: inner + 2 * side,
    up: box.up,
    down: drop + (between?.down ?? 0),
    draw: (x, y) => {
      const [left, right] = [x + side, x + side + inner];
      const start = left + (inner - (between?.width ?? 0)) / 2;
      return (
        line(['M', x, y, 'H', left]) +
        box.draw(left, y) +
        line(['M', left + box.width, y, 'H', right + side]) +
        line([
          'M',
          right,
          y,
          ...corner(RADIUS, RADIUS, 1),
          'v',
          drop - 2 * RADIUS,
          ...corner(-RADIUS, RADIUS, 1),
          'H',
          start + (between?.width ?? 0),
        ]) +
        (between?.draw(start, y + drop) ?? '') +
        line([
          'M',
          start,
          y + drop,
          'H',
          left,
          ...corner(-RADIUS, -RADIUS, 1),
          'v',
          2 * RADIUS - drop,
          ...corner(RADIUS, -RADIUS, 1),
        ])
      );
    },
  };
}

/**
 * Rows below each other, each joined to the next by a line that runs back to the left. The line leaves in the last row,
 * `drop` below the first.
 */
export function stacked(rows: readonly Box[]): Box & { readonly drop: number } {
  const widest = Math.max(...rows.map(({ width }) => width));
  const width = widest + 4 * RADIUS;
  const heights: number[] = [];
  let height = 0;
  for (const [index, box] of rows.entries()) {
    if (index > 0) height += (rows[index - 1]?.down ?? 0) + 2 * GAP + box.up;
    heights.push(height);
  }
  return {
    width,
    drop: height,
    up: rows[0]?.up ?? 0,
    down: height + (rows.at(-1)?.down ?? 0),
    draw: (x, y) =>
      rows
        .map((box, index) => {
          const start = x + 2 * RADIUS;
          const at = y + (heights[index] ?? 0);
          const next = rows[index + 1];
          if (!next) return box.draw(start, at) + line(['M', start + box.width, at, 'H', x + width]);
          const turn = at + box.down + GAP;
          const below = y + (heights[index + 1] ?? 0);
          return (
            (index === 0 ? line(['M', x, at, 'H', start]) : '') +
            box.draw(start, at) +
            line([
              ...[
                'M',
                start + box.width,
                at,
                ...corner(RADIUS, RADIUS, 1),
                'V',
                turn - RADIUS,
                ...corner(-RADIUS, RADIUS, 1),
              ],
              ...[
                'H',
                x + RADIUS,
                ...corner(-RADIUS, RADIUS, 0),
                'V',
                below - RADIUS,
                ...corner(RADIUS, RADIUS, 0),
                'H',
                start,
              ],
            ])
          );
        })
        .join(''),
  };
}
