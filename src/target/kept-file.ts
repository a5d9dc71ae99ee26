import { closeSync, fchmodSync, openSync, writeFileSync } from 'node:fs';
import { maskSecrets } from '../text/secrets.ts';

/** Writes a file anew. Where a secret is in it, nobody but its owner can read it, whoever could before. */
export function keepFile(file: string, text: string): void {
  const isSecret = maskSecrets(text) !== text;
  const descriptor = openSync(file, 'w', isSecret ? 0o600 : 0o666);
  try {
    if (isSecret) fchmodSync(descriptor, 0o600);
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}
