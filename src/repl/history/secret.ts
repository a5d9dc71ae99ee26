import { PLAIN_VALUE, SECRET_NAME } from '../../text/secrets.ts';

const SECRETS: readonly RegExp[] = [
  // password=…, "password": "…", let pw = …, PGPASSWORD=…, ?access_token=…
  new RegExp(
    `${SECRET_NAME.source}["']?\\s*[=:](?!=)\\s*(?!\\s|["']{2}|${PLAIN_VALUE.source})[^\\s,;})\\]]`,
    'i',
  ),
  // --password …, -pass …, of a program of the host
  /(?:^|\s)--?(?:password|passwd|passphrase|pass|token)[\s=]+[^\s-]/i,
  // A secret object with its data: object-add, --object, with props or without, in whatever order.
  /^(?=[\s\S]*\bsecret\b)[\s\S]*\bdata["']?\s*[=:]/i,
  // qom-set of such a property
  /\bproperty["']?\s*[=:]\s*["']?(?:data|\w*password)\b/i,
  // Commands whose subject is a password, which may stand there without a key.
  /\b(?:set|expire)_password\b|\bblock_passwd\b|\bchange[-_ ]vnc\b|\bset-user-password\b|\bsshpass\b/i,
  // scheme://user:password@host; iscsi://user%password@host
  /\b[a-z][a-z\d+.-]{0,30}:\/\/[^\s/@:%"']*[:%][^\s/@"']+@/i,
  // rbd:pool/image:id=…:key=…
  /\brbd:\S{0,500}:key=/i,
  // The header of a request.
  /\bbearer\s+[\w+/.~-]{8,}=*/i,
];

/**
 * Whether an entry holds a secret, or may: it is better to forget one too many. It does where a value stands beside a word
 * that promises a secret, where a secret object gets its data, where a command is about passwords, and where an address has
 * a password in it. The id of a secret object is none, nor is a `$name`.
 */
export function holdsSecret(entry: string): boolean {
  const text = entry
    .replace(/\\u00([0-7][\da-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\(?=["'])/g, '');
  return SECRETS.some(secret => secret.test(text));
}
