import type { Json, JsonObject } from './json.ts';
import { isObject } from './json.ts';

/** Members that hold a secret. `password-secret` and `key-secret` only name an object that does. */
const SECRET = /(?:password|passwd|passphrase|cookie|token)$/i;
const IN_ADDRESS = /([a-z][a-z\d+.-]*:\/\/[^\s/@:%"']*[:%])[^\s/@"']+@/gi;
const HIDDEN = '…';

/** A command's arguments as they may be shown: what is secret in them is left out. */
export function redacted(members: JsonObject): JsonObject {
  const isSecretObject = /^secret/.test(String(members['qom-type'] ?? ''));
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) => {
      const isSecret = typeof value === 'string' && (SECRET.test(key) || (isSecretObject && key === 'data'));
      return [key, isSecret ? HIDDEN : redactedValue(value)];
    }),
  );
}

function redactedValue(value: Json): Json {
  if (typeof value === 'string') return value.replace(IN_ADDRESS, `$1${HIDDEN}@`);
  if (Array.isArray(value)) return value.map(redactedValue);
  return isObject(value) ? redacted(value) : value;
}
