/** The codes of the diagnostics in a program's text, in their order. */
export function codesIn(text: string): string[] {
  return [...text.matchAll(/(?:error|warning|note)\[([a-z-]+)\]/g)].map(([, code = '']) => code);
}
