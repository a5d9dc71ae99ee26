import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlReport } from '../../src/testing/html.ts';
import { findBrowser, openPage, type Page } from '../support/browser.ts';
import { someReport } from './some-report.ts';

const browser = findBrowser();
let page: Page;
let folder: string;
let address: string;

beforeAll(async () => {
  if (browser === undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'qblk-page-'));
  writeFileSync(join(folder, 'report.html'), htmlReport(await someReport()));
  address = pathToFileURL(join(folder, 'report.html')).href;
  page = await openPage(browser);
});

afterAll(async () => {
  await page?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Functions for the page: what there is to be seen, and where. */
const LOOK = `
const all = selector => [...document.querySelectorAll(selector)];
const boxOf = element => element.getBoundingClientRect();
const words = element => (element.id || element.getAttribute('class') || element.tagName) + ': ' + element.textContent.slice(0, 40);
const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
const overlapping = elements => elements.flatMap((one, at) => elements.slice(at + 1)
  .filter(other => meet(boxOf(one), boxOf(other))).map(other => words(one) + ' / ' + words(other)));
const within = (inner, outer) => inner.left >= outer.left - 0.5 && inner.right <= outer.right + 0.5 && inner.top >= outer.top - 0.5 && inner.bottom <= outer.bottom + 0.5;
`;
const look = <T>(body: string) => page.evaluate<T>(`(() => { ${LOOK} ${body} })()`);

const screens = [360, 1280, 1600].flatMap(width =>
  (['light', 'dark'] as const).map(scheme => ({ width, scheme })),
);

describe.skipIf(browser === undefined).each(screens)('at $width pixels, $scheme', ({ width, scheme }) => {
  beforeAll(async () => {
    await page.show(width, scheme);
    await page.open(address);
    await look(`all('details').forEach(element => { element.open = true })`);
  });

  test('every picture has a size, and all its text is inside it', async () => {
    const sizes = await look<number[]>(
      `return all('svg').map(svg => Math.min(boxOf(svg).width, boxOf(svg).height))`,
    );
    expect(sizes.length).toBeGreaterThan(10);
    expect(Math.min(...sizes)).toBeGreaterThan(10);
    expect(
      await look(
        `return all('svg').flatMap(svg => [...svg.querySelectorAll('text')].filter(text => !within(boxOf(text), boxOf(svg))).map(words))`,
      ),
    ).toEqual([]);
  });

  test('no text lies over another, and none leaves its box', async () => {
    expect(
      await look(`return all('svg').flatMap(svg => overlapping([...svg.querySelectorAll('text')]))`),
    ).toEqual([]);
    expect(
      await look(
        `return all('.chain .image, .chain .rest').flatMap(group => [...group.querySelectorAll('text')].filter(text => boxOf(text).right > boxOf(group.querySelector('.box')).right).map(words))`,
      ),
    ).toEqual([]);
    expect(await look(`return all('.step, summary').flatMap(row => overlapping([...row.children]))`)).toEqual(
      [],
    );
    const rows = `all('main > section > *, .body > *, .steps > li, ol.code > li, tr')`;
    expect(
      await look(
        `return ${rows}.flatMap(row => row.nextElementSibling ? overlapping([row, row.nextElementSibling]) : [])`,
      ),
    ).toEqual([]);
  });

  test('the page does not scroll sideways', async () => {
    const [content, room, screen] = await look<number[]>(
      `const { scrollWidth, clientWidth } = document.documentElement; return [scrollWidth, clientWidth, innerWidth]`,
    );
    expect([content, screen]).toEqual([room, width]);
  });

  test('the lines that failed can be told from the others', async () => {
    const lines = await look<string[][]>(
      `return all('li.failing').map(line => [line.textContent, getComputedStyle(line).backgroundColor, getComputedStyle(line.previousElementSibling).backgroundColor, String(boxOf(line).height > 10)])`,
    );
    expect(lines.map(([text]) => text)).toEqual([expect.stringContaining('expect chain disk0: A')]);
    for (const [, own, before, visible] of lines) {
      expect(own).not.toBe(before);
      expect(visible).toBe('true');
    }
  });

  test('all text stands out from what is behind it', async () => {
    const pale = await look(`
      const channels = colour => (colour.match(/[\\d.]+/g) ?? []).map(Number);
      const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
      const behind = element => {
        for (let at = element; at; at = at.parentElement) {
          const colour = channels(getComputedStyle(at).backgroundColor);
          if (colour.length === 3) return colour;
        }
      };
      const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
      const fill = element => channels(getComputedStyle(element)[element instanceof SVGElement ? 'fill' : 'color']);
      return all('h1, h2, h3, p, a, td, th, li, pre, code, time, .soft, .mark, .diff span, .chain text, .plot text.id')
        .filter(element => element.textContent.trim() !== '')
        .map(element => [words(element), contrast(fill(element), behind(element)).toFixed(2)])
        .filter(([, ratio]) => ratio < 4.5);
    `);
    expect(pale).toEqual([]);
    const paper = await look<string>('return getComputedStyle(document.body).backgroundColor');
    expect(Number(/\d+/.exec(paper)) < 128).toBe(scheme === 'dark');
  });
});

describe.skipIf(browser === undefined)('the page as it is opened', () => {
  beforeAll(async () => {
    await page.show(1280, 'light');
    await page.open(address);
  });

  test('what failed is open, all else is folded', async () => {
    const open = await look<string[]>(`return all('details[open] summary').map(line => line.textContent)`);
    expect(open).toEqual([expect.stringContaining('Fails <img')]);
    const hidden = await look(
      `return all('details:not([open]) .body').filter(body => body.checkVisibility()).map(words)`,
    );
    expect(hidden).toEqual([]);
  });

  test('a choice shows only what failed', async () => {
    const shown = `all('.case').filter(one => one.checkVisibility()).length`;
    const before = await look<number>(`return ${shown}`);
    const after = await look<number>(`document.querySelector('#only-failed').click(); return ${shown}`);
    expect([before, after]).toEqual([4, 1]);
  });

  test('what came from outside is text: nothing ran, nothing was fetched, nothing was complained of', async () => {
    expect(await look(`return all('script, img, iframe, object, [onerror]').map(words)`)).toEqual([]);
    expect(page.complaints).toEqual([]);
    expect([...new Set(page.requests)].filter(request => request !== 'data:,')).toEqual([address]);
  });
});
