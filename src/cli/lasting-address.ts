import { resolve } from 'node:path';

/** The address of a monitor in a form that means the same wherever it is used from. */
export function lastingAddress(address: string): string {
  const [, scheme, rest] = /^([A-Za-z][A-Za-z0-9+-]*):(.*)$/s.exec(address) ?? [];
  if (scheme === undefined) return `unix:${resolve(address)}`;
  return scheme === 'unix' ? `unix:${resolve(rest ?? '')}` : address;
}
