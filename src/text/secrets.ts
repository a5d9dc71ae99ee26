/** Names that go with a secret itself. `key-secret`, `password-secret`, `passwordid` name an object that has one. */
export const SECRET_NAME = /(?:password|passwd|passphrase|pwd|pw|cookie|token|api[-_]?key|signature|sig)/;
/** A value that says nothing: a name of the script's, stars, or whether there is a password at all. */
export const PLAIN_VALUE = /(?:\$\{?\w+\}?|"\$\{?\w+\}?"|"\*+"|on|off|true|false|null)(?![^\s,;}\])])/;

/** In JSON inside of a string, quotes have backslashes before them; a comma that is doubled belongs to a value of `-object`. */
const VALUE =
  /(?:"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\\+"[^"\\\n]*(?:\\+")?|(?:[^\s,;"'`{}()[\]\\]|\\(?!")|,,)+)/
    .source;
const ASSIGNED = `(?:\\\\*["']\\s*:|\\\\*["']?\\s*=(?!=))\\s*`;

/** Each finds what stands before a secret, then the secret. */
const SHOWN: readonly RegExp[] = [
  // password=…, "password": "…", let pw = …, PGPASSWORD=…
  new RegExp(`(${SECRET_NAME.source}${ASSIGNED})(?!${PLAIN_VALUE.source})(${VALUE})`, 'gi'),
  // --password …, of a program of the host
  new RegExp(`((?:^|\\s)--?(?:password|passwd|passphrase|pass|token)(?:=|\\s+)(?![-$]))(${VALUE})`, 'gi'),
  // sshpass -p …
  new RegExp(`(\\bsshpass\\s+-p\\s*)(${VALUE})`, 'g'),
  // HMP's set_password vnc …, change vnc password …
  new RegExp(`(\\b(?:set|expire)_password\\s+\\w+\\s+(?!\\$|\\w+=))(${VALUE})`, 'gi'),
  new RegExp(`(\\bchange\\s+vnc\\s+passw(?:or)?d\\s+(?!\\$))(${VALUE})`, 'gi'),
  // qom-set … property=data value=…
  new RegExp(
    `(\\bproperty${ASSIGNED}["']?(?:data|\\w*password)["']?[\\s,]+["']?value${ASSIGNED})(?!${PLAIN_VALUE.source})(${VALUE})`,
    'gi',
  ),
  // scheme://user:password@host; iscsi://user%password@host. What is up to the last `@` before a `/` belongs to the password.
  /(\b[a-z][a-z\d+.-]{0,30}:\/\/[^\s/@:%"']*[:%])([^\s/"']+)(?=@)/gi,
  // rbd:pool/image:id=…:key=…
  /(\brbd:[^\s"']{0,500}:key=)((?:\\.|[^\s"':\\])+)/gi,
  // The header of a request.
  /(\bbearer\s+|\bauthorization["']?\s*:\s*["']?basic\s+)([\w+/.~-]{8,}=*)/gi,
];
/** The same, only in a text with a word that makes one of it. */
const SHOWN_BESIDE: readonly { readonly word: RegExp; readonly shown: RegExp }[] = [
  // The data of a secret object.
  {
    word: /\bsecret\b/,
    shown: new RegExp(`(\\bdata${ASSIGNED})(?!${PLAIN_VALUE.source})(${VALUE})`, 'gi'),
  },
  // curl -u user:…
  { word: /\bcurl\s/, shown: /((?:^|\s)(?:-u|--user)[\s=]+["']?[^\s:"']+:)([^\s"']+)/g },
];

/** A text for people, with stars in the place of each character of a secret: what stands behind it keeps its column. Pure. */
export function maskSecrets(text: string): string {
  let masked = text;
  const beside = SHOWN_BESIDE.flatMap(({ word, shown }) => (word.test(text) ? shown : []));
  for (const shown of [...SHOWN, ...beside])
    masked = masked.replace(shown, (_, before: string, secret: string) => before + '*'.repeat(secret.length));
  return masked;
}

/** Whether JSON text may hold a secret: what says no needs no closer look. */
export function mayHoldSecret(text: string): boolean {
  return MAYBE.test(text);
}

const MAYBE = new RegExp(
  `${SECRET_NAME.source}|secret|property|authorization|sshpass|curl|://[^"]*@|:key=|bearer`,
  'i',
);

/** Stands for a secret in a record for machines. */
export const HIDDEN = '***';

/** The places of the secrets in a command's arguments, whatever the command is: names of members, and numbers of items. */
export function secretPlaces(args: unknown): (readonly (string | number)[])[] {
  const places: (readonly (string | number)[])[] = [];
  visit(args, [], false, path => places.push(path));
  return places;
}

/**
 * The same value with `***` for each secret in it: a member whose name goes with a secret, the data of a secret object, a property that
 * is set to one, a password in an address. For a QMP command, its arguments or a reply; what has none comes back as it is.
 */
export function withoutSecrets<T>(value: T): T {
  return visit(value, [], false, () => {}) as T;
}

type Path = readonly (string | number)[];

function visit(value: unknown, path: Path, ofSecret: boolean, found: (path: Path) => void): unknown {
  if (typeof value === 'string') {
    const masked = maskSecrets(value);
    if (masked !== value) found(path);
    return masked === value ? value : masked.replace(/\*+/g, HIDDEN);
  }
  if (Array.isArray(value))
    return unlessSame(
      value,
      value.map((item, at) => visit(item, [...path, at], ofSecret, found)),
    );
  if (!isPlainObject(value)) return value;
  const isSecret = ofSecret || value['qom-type'] === 'secret' || value['type'] === 'secret';
  const sets = /^(?:data|\w*password)$/.test(String(value['property']));
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => {
    const at = [...path, key];
    const hides = NAMED.test(key) || (key === 'data' && isSecret) || (key === 'value' && sets);
    if (!hides || (typeof member !== 'string' && typeof member !== 'number') || member === '')
      return [key, visit(member, at, isSecret, found)];
    found(at);
    return [key, HIDDEN];
  });
  return entries.some(([key, member]) => member !== value[key]) ? Object.fromEntries(entries) : value;
}

const NAMED = new RegExp(`${SECRET_NAME.source}$`, 'i');

function unlessSame(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.some((item, at) => item !== before[at]) ? after : before;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
