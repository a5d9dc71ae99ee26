import { type ChainPicture, type PicturedImage, pictureText } from '../graph/chain-picture.ts';
import { columnsOf, cutMiddle } from '../text/columns.ts';
import { jobBands, type Place } from './chain-svg-jobs.ts';
import { markup } from './markup.ts';

/** What a page that holds pictures of chains needs in its style sheet. The page sets the colours: `--ink`, `--soft`, … */
export const CHAIN_STYLE = `
.chain text { font: 12px ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink) }
.chain .name { font-weight: 600 }
.chain .fact, .chain .link { fill: var(--soft); font-size: 10.5px }
.chain .box, .chain .user { fill: var(--paper); stroke: var(--line) }
.chain .user { fill: var(--shade) }
.chain .rest .box { stroke-dasharray: 3 3; fill: none }
.chain .rest .name { font-weight: 400; fill: var(--soft) }
.chain .invalid .box { stroke: var(--bad); stroke-dasharray: 4 3; fill: var(--bad-shade) }
.chain .invalid .name, .chain .invalid .fact { fill: var(--bad) }
.chain .invalid .name { text-decoration: line-through }
.chain .arrow { stroke: var(--soft); fill: none }
.chain .head { fill: var(--soft) }
.chain .filter { fill: var(--shade); stroke: var(--line) }
.chain .bitmap { stroke: var(--accent); fill: none }
.chain .recording { fill: var(--accent) }
.chain .band { stroke: var(--accent); fill: none; stroke-width: 1.5 }
.chain .tip { fill: var(--accent) }
.chain .job { fill: var(--accent); font-size: 10.5px }
`;

/** The widest that a name of a node and a file's name may be, in columns; what is longer is cut, and whole in a tooltip. */
const WIDEST = 22;
const COLUMN = 7.5;
const SMALL_COLUMN = 6.6;
const GAP = 30;
const LINE = 15;
const MARGIN = 1;

/** Longer runs of images of which nothing is to be told are one box. */
const LONGEST_RUN = 6;

/**
 * A chain as an SVG to stand in a page: images as boxes, the base left, arrows from each to what it is backed by, its users
 * at the right, jobs as bands above. It is as wide as it needs to be.
 */
export function chainSvg(picture: ChainPicture): string {
  const boxes = boxesOf(picture);
  const places = new Map<number, Place>();
  let x = MARGIN;
  const drawn: { readonly box: Box; readonly x: number }[] = [];
  for (const box of boxes) {
    drawn.push({ box, x });
    for (let at = box.from; at <= box.to; at++) places.set(at, { left: x, right: x + box.width });
    x += box.width + GAP;
  }
  const users = picture.users.map(({ kind, name }) => userBox(kind, name));
  const usersWidth = Math.max(0, ...users.map(({ width }) => width));
  const bands = jobBands(picture.jobs, places);
  const filters = Math.max(0, ...boxes.map(({ filters }) => filters.length));
  const top = bands.height + filters * LINE + MARGIN;
  const height = Math.max(...boxes.map(box => box.height), users.length * USER_ROW - 6);
  const imagesEnd = x - GAP;
  const width = Math.max(users.length > 0 ? x + usersWidth : imagesEnd, bands.width) + MARGIN;
  const middle = top + BOX_MIDDLE;
  const parts = [
    bands.svg,
    ...drawn.slice(1).map(({ x }) => arrow(x - GAP, x, middle)),
    ...drawn.map(({ box, x }) => box.svg(x, top)),
    ...users.map((user, at) => {
      const y = top + at * USER_ROW;
      return `${connection(imagesEnd, x, middle, y + USER_HEIGHT / 2)}${user.svg(x, y)}`;
    }),
  ];
  const total = top + height + MARGIN;
  const text = markup(pictureText(picture));
  return `<svg class="chain" role="img" viewBox="0 0 ${round(width)} ${round(total)}" width="${round(width)}" height="${round(total)}"><title>${text}</title>${parts.join('')}</svg>`;
}

interface Box {
  /** The places in the chain that it stands for. */
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  readonly filters: readonly string[];
  svg(x: number, y: number): string;
}

function boxesOf({ images, ends, jobs }: ChainPicture): Box[] {
  const ofJobs = new Set(jobs.flatMap(({ from, to }) => [from, to]));
  const isPlain = (image: PicturedImage | undefined, at: number) =>
    image !== undefined &&
    !image.elsewhere &&
    !image.invalid &&
    !image.filters &&
    !image.bitmaps &&
    !ofJobs.has(at);
  const boxes: Box[] =
    ends || images[0]?.elsewhere ? [] : [restBox('…', 'what is below is not known', -1, -1)];
  for (let at = 0; at < images.length; ) {
    let end = at;
    while (end < images.length && isPlain(images[end], end)) end++;
    const image = images[at];
    if (end - at > LONGEST_RUN) {
      const names = images.slice(at + 1, end - 1).map(({ node }) => node);
      const last = images[end - 1];
      if (image) boxes.push(imageBox(image, at));
      boxes.push(restBox(`${names.length} images`, names.join(' <- '), at + 1, end - 2));
      if (last) boxes.push(imageBox(last, end - 1));
      at = end;
    } else {
      if (image)
        boxes.push(image.elsewhere ? restBox(image.node, 'drawn above', at, at) : imageBox(image, at));
      at++;
    }
  }
  return boxes;
}

function imageBox(image: PicturedImage, at: number): Box {
  const { node, file, format, size, invalid, filters = [], bitmaps = [] } = image;
  const name = cutMiddle(node, WIDEST);
  const facts = [
    [format, size].filter(Boolean).join(' · '),
    cutMiddle(baseName(file ?? ''), WIDEST),
    ...(invalid === undefined ? [] : ['invalid']),
  ].filter(text => text !== '');
  const tags = bitmaps.map(bitmap => ({ ...bitmap, shown: cutMiddle(bitmap.name, WIDEST - 4) }));
  const width =
    16 +
    Math.max(
      columnsOf(name) * COLUMN,
      ...[...facts, ...filters].map(text => columnsOf(text) * SMALL_COLUMN),
      ...tags.map(({ shown }) => columnsOf(shown) * SMALL_COLUMN + 14),
      44,
    );
  const height = 14 + LINE * (1 + facts.length + tags.length);
  const title = [
    node,
    file === undefined ? '' : `file: ${file}`,
    invalid === undefined ? '' : `invalid: ${invalid}`,
    ...bitmaps.map(
      ({ name, recording, busy, persistent }) =>
        `bitmap ${name}: ${[recording ? 'recording' : 'disabled', busy ? 'busy' : '', persistent ? 'persistent' : ''].filter(Boolean).join(', ')}`,
    ),
  ].filter(text => text !== '');
  const svg = (x: number, y: number) => {
    const left = x + 8;
    const rows = facts.map((fact, row) => words('fact', left, y + 18 + LINE * (row + 1), fact));
    const marks = tags.map(({ shown, recording }, row) => {
      const line = y + 18 + LINE * (1 + facts.length + row);
      const dot = `<circle class="bitmap${recording ? ' recording' : ''}" cx="${round(left + 4)}" cy="${round(line - 4)}" r="3.5"/>`;
      return dot + words('fact', left + 14, line, shown);
    });
    const above = filters.map((driver, row) => {
      const line = y - LINE * (row + 1);
      return `<rect class="filter" x="${round(x + 6)}" y="${round(line)}" width="${round(width - 12)}" height="${LINE}"/>${words('fact', left + 4, line + 11, cutMiddle(driver, WIDEST))}`;
    });
    return `<g class="image${invalid === undefined ? '' : ' invalid'}"><title>${title.map(markup).join('\n')}</title><rect class="box" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${height}" rx="3"/>${words('name', left, y + 18, name)}${rows.join('')}${marks.join('')}${above.join('')}</g>`;
  };
  return { from: at, to: at, width, height, filters, svg };
}

/** Stands for images that are not drawn here. */
function restBox(text: string, title: string, from: number, to: number): Box {
  const shown = cutMiddle(text, WIDEST);
  const width = 16 + columnsOf(shown) * COLUMN;
  const svg = (x: number, y: number) =>
    `<g class="rest"><title>${markup(text)}: ${markup(title)}</title><rect class="box" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${BOX_MIDDLE * 2}" rx="3"/>${words('name', x + 8, y + 18, shown)}</g>`;
  return { from, to, width, height: BOX_MIDDLE * 2, filters: [], svg };
}

const BOX_MIDDLE = 14;
const USER_HEIGHT = BOX_MIDDLE * 2;
const USER_ROW = USER_HEIGHT + 8;

/** A device is a shape with round ends, an export one that points outward. */
function userBox(kind: string, name: string): { readonly width: number; svg(x: number, y: number): string } {
  const shown = cutMiddle(name, WIDEST);
  const width = 32 + columnsOf(shown) * COLUMN;
  const svg = (x: number, y: number) => {
    const right = x + width;
    const tip = BOX_MIDDLE;
    const outline =
      kind === 'export'
        ? `<path class="user" d="M${round(x)} ${round(y)}H${round(right - tip)}L${round(right)} ${round(y + tip)}L${round(right - tip)} ${round(y + USER_HEIGHT)}H${round(x)}Z"/>`
        : `<rect class="user" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${USER_HEIGHT}" rx="${tip}"/>`;
    return `<g><title>${markup(kind)} ${markup(name)}</title>${outline}${words('', x + 16, y + 18, shown)}</g>`;
  };
  return { width, svg };
}

function words(style: string, x: number, y: number, text: string): string {
  return `<text${style === '' ? '' : ` class="${style}"`} x="${round(x)}" y="${round(y)}">${markup(text)}</text>`;
}

/** From the overlay at the right to what it is backed by. */
function arrow(left: number, right: number, y: number): string {
  return `<path class="arrow" d="M${round(left + 5)} ${round(y)}H${round(right)}"/><path class="head" d="M${round(left)} ${round(y)}l8 -4v8z"/>`;
}

function connection(left: number, right: number, y: number, userY: number): string {
  if (y === userY) return arrow(left, right, y);
  const bend = (left + right) / 2;
  return `<path class="arrow" d="M${round(bend)} ${round(y)}V${round(userY)}H${round(right)}"/>`;
}

function baseName(file: string): string {
  const parts = file.startsWith('json:') ? [file] : file.split('/');
  return parts.at(-1) ?? '';
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
