const INTEGER = /^[+-]?(?:[0-9]+|0[xX][0-9a-fA-F]+)$/;
const SIZE = /^([0-9]+)(?:\.([0-9]+))?([bBkKmMgGtTpPeE])?$/;
const DURATION = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)$/;
const UNITS = 'bkmgtpe';
const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
// A literal may have megabytes; a number that long is a name, and BigInt would take quadratic time over it.
const LONGEST = 64;

/** The integer that `text` writes in decimal or hexadecimal, signed or not, of any width. `010` is ten. */
export function parseInteger(text: string): bigint | undefined {
  if (text.length > LONGEST || !INTEGER.test(text)) return undefined;
  const magnitude = BigInt(text.replace(/^[+-]/, ''));
  return text.startsWith('-') ? -magnitude : magnitude;
}

/**
 * The bytes that `text` writes as qemu-img reads sizes: `64K`, `1.5M`, `2G` in powers of 1024, `512`, `0x200`.
 * Undefined for what is no whole number of bytes, such as `0.3K`, and for anything negative.
 */
export function parseSize(text: string): bigint | undefined {
  if (text.length > LONGEST) return undefined;
  if (/^0[xX]/.test(text)) return parseInteger(text);
  const match = SIZE.exec(text);
  if (!match) return undefined;
  const [, whole = '0', fraction = '', unit = 'b'] = match;
  const factor = 1024n ** BigInt(UNITS.indexOf(unit.toLowerCase()));
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * factor;
  return scaled % scale === 0n ? scaled / scale : undefined;
}

/** The milliseconds that `text` writes: `500ms`, `30s`, `1.5m`, `2h`, `1d`. The unit is needed. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const milliseconds = Math.round(Number(match[1]) * (MILLISECONDS[match[2] ?? ''] ?? 0));
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}
