const INTEGER = /^-?(?:0|[1-9]\d*)$|^0[xX][0-9a-fA-F]+$/;
const SIZE = /^(\d+)(?:\.(\d+))?([kKmMgGtTpPeEbB]?)$/;
const DURATION = /^(\d+)(?:\.(\d+))?(ms|s|m|h|d)$/;

const SIZE_SHIFT: Readonly<Record<string, bigint>> = {
  b: 0n,
  k: 10n,
  m: 20n,
  g: 30n,
  t: 40n,
  p: 50n,
  e: 60n,
};
const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The integer that a word spells, decimal or `0x…`; exact at any length. */
export function parseInteger(text: string): bigint | undefined {
  return INTEGER.test(text) ? BigInt(text) : undefined;
}

/**
 * The bytes that `64K`, `1.5M` or a plain integer means: binary multiples, as qemu-img reads them. A fraction of a
 * byte is dropped, as qemu-img does; a fraction without a suffix is no size.
 */
export function parseSize(text: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return BigInt(text);
  const match = SIZE.exec(text);
  if (!match) return undefined;
  const [, whole = '', fraction = '', suffix = ''] = match;
  if (fraction !== '' && (suffix === '' || suffix.toLowerCase() === 'b')) return undefined;
  const shift = SIZE_SHIFT[suffix.toLowerCase()] ?? 0n;
  const scaled = BigInt(whole + fraction) << shift;
  return fraction === '' ? scaled : scaled / 10n ** BigInt(fraction.length);
}

/** The milliseconds that `500ms`, `30s`, `1.5m`, `2h` or `1d` means; without a unit it is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const [, whole = '', fraction = '', unit = ''] = match;
  return Math.round(Number(`${whole}.${fraction || '0'}`) * (MILLISECONDS[unit] ?? 1));
}

/** Whether a word is a query in an expression: its reply is asked for, and it takes no arguments there. */
export function isQuery(word: string): boolean {
  return /^(?:x-)?query-/.test(word);
}
