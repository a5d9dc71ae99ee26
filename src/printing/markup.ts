import { harmless } from '../text/harmless.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A text from outside as it may stand in HTML and SVG, between tags and in quoted attributes: control characters are made
 * visible, markup is text. Half a surrogate pair becomes the sign for what can't be shown.
 */
export function markup(text: string): string {
  return harmless(text)
    .replace(/[&<>"']/g, sign => ENTITIES[sign] ?? sign)
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
