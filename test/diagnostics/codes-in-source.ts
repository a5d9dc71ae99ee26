import { readdirSync, readFileSync } from 'node:fs';

const src = new URL('../../src/', import.meta.url);

/** The ways in which a code is written in the source: the argument of what makes a finding or a refusal, or a member. */
const WRITTEN = [
  /\b(?:error|errorWithoutPlace|refuse|chainDiffers|fail)\(\s*'([a-z]+(?:-[a-z]+)*)'/g,
  /\bcode(?:\s*===|:)\s*'([a-z]+(?:-[a-z]+)*)'/g,
];

/** `say.missing(span, 'ending', …)` has the code `missing-ending`. */
const MISSING = /\.missing\(\s*[\w.()]+,\s*'([a-z]+)'/g;

/** Rooms in which a `code` is another thing: of an operating system's error, or of zod's. */
const OTHER_CODES = /^(?:cli|qmp|sim|text|sandbox|qapi)\/|^diagnostics\/explanations\//;

/** Every code that a diagnostic can have, by what the source says. */
export function codesInSource(): Set<string> {
  const codes = new Set<string>();
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  for (const file of files) {
    if (OTHER_CODES.test(file)) continue;
    const text = readFileSync(new URL(file, src), 'utf8');
    for (const pattern of WRITTEN) for (const [, code = ''] of text.matchAll(pattern)) codes.add(code);
    for (const [, what = ''] of text.matchAll(MISSING)) codes.add(`missing-${what}`);
  }
  for (const code of [
    ...unionIn('diagnostics/catalogue/qapi.ts', 'kind'),
    ...unionIn('graph/chain-pattern.ts', 'code'),
  ])
    codes.add(code);
  return codes;
}

/** The words of a member's type that is written as a union over several lines. */
function unionIn(file: string, member: string): string[] {
  const text = readFileSync(new URL(file, src), 'utf8');
  const union = new RegExp(`readonly ${member}:((?:\\s*\\| '[a-z-]+')+)`).exec(text)?.[1] ?? '';
  return [...union.matchAll(/'([a-z-]+)'/g)].map(([, word = '']) => word);
}
