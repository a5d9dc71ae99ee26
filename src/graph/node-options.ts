import { isObject } from '../qmp/json.ts';

/** Options of a node that QEMU tells, as blockdev-add has them: those that are not at their default. */
export type NodeOptions = Readonly<Record<string, unknown>>;

/** What is worth knowing of a node's `cache` and `detect-zeroes`; undefined where both are at their default. */
export function tellingOptions(cache: unknown, detectZeroes: unknown): NodeOptions | undefined {
  const direct = isObject(cache) && cache['direct'] === true;
  const noFlush = isObject(cache) && cache['no-flush'] === true;
  const options = {
    ...(direct || noFlush ? { cache: { direct, 'no-flush': noFlush } } : {}),
    ...(typeof detectZeroes === 'string' && detectZeroes !== 'off' ? { 'detect-zeroes': detectZeroes } : {}),
  };
  return Object.keys(options).length > 0 ? options : undefined;
}
