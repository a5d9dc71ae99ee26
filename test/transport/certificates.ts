import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A folder as QEMU's `dir=` wants it: an authority, and a server's and a client's certificate that it signed. */
export function makeCertificates(folder: string, names = 'DNS:localhost,IP:127.0.0.1'): string {
  mkdirSync(folder, { recursive: true });
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  openssl(
    ...['req', '-x509', ...KEY, '-keyout', 'ca-key.pem', '-out', 'ca-cert.pem'],
    ...['-days', '2', '-subj', '/CN=an authority'],
  );
  for (const who of ['server', 'client']) {
    const uses = `keyUsage=digitalSignature\nextendedKeyUsage=${who}Auth\nbasicConstraints=CA:FALSE\n`;
    writeFileSync(join(folder, 'extensions'), who === 'server' ? `${uses}subjectAltName=${names}\n` : uses);
    openssl('req', ...KEY, '-keyout', `${who}-key.pem`, '-out', 'request', '-subj', `/CN=${who}`);
    openssl(
      ...['x509', '-req', '-in', 'request', '-CA', 'ca-cert.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial'],
      ...['-days', '2', '-extfile', 'extensions', '-out', `${who}-cert.pem`],
    );
  }
  return folder;
}
