/** What stands in the place of a secret. */
export const HIDDEN = '[redacted]';

const SECRET_KEY = /^(password|passwd|passphrase|cookie|secret)$/;
const SECRET_TYPE = /^secret/;
/** A password inside of a URL, such as the filename of an image: `//user:password@`. */
const IN_URL = /(:\/\/[^:/?#@\s"']*:)[^@/\s"']+(?=@)/g;
/** Where passwords stand in HMP and in option strings. */
const IN_WORDS = [
  /\b((?:data|password|passwd|passphrase|cookie)=)[^,\s"']+/g,
  /\b(set_password\s+\S+\s+)\S+/g,
  /\b(change\s+vnc\s+passw(?:or)?d\s+)\S+/g,
];

/** Whether JSON text may hold a secret: what says no needs no closer look. */
export function mayHoldSecret(text: string): boolean {
  return /passw|passphrase|secret|cookie|:\/\/[^"]*@/.test(text);
}

/**
 * A JSON value with the values of its secrets hidden: of fields called `password` and the like, of the data of a QOM object
 * `secret`, of URLs with a password, and of such words in human monitor commands. Ids of secrets stay.
 */
export function withoutSecrets<T>(value: T): T {
  return hide(value, false) as T;
}

function hide(value: unknown, isSecretObject: boolean): unknown {
  if (typeof value === 'string') return hideInText(value);
  if (Array.isArray(value)) return value.map(item => hide(item, false));
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  const isSecret = isSecretObject || SECRET_TYPE.test(String(fields['qom-type'] ?? ''));
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => {
      const isText = typeof field === 'string';
      if (isText && (SECRET_KEY.test(key) || (isSecret && key === 'data'))) return [key, HIDDEN];
      // Up to 5.2 what makes up an object was in a field of its own.
      return [key, hide(field, isSecret && key === 'props')];
    }),
  );
}

function hideInText(text: string): string {
  const words = /(object_add|-object)\b[^\n]*\bsecret|passw|passphrase|cookie/.test(text) ? IN_WORDS : [];
  return [IN_URL, ...words].reduce((hidden, pattern) => hidden.replace(pattern, `$1${HIDDEN}`), text);
}
