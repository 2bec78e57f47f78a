/** An authority of a test's own, and certificates that it issues, made by `openssl`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Paths of PEM files. */
export interface IssuedCertificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** An authority whose certificate is in `caFile`. */
export interface TestAuthority {
  readonly caFile: string;
  /** Where its files are; a test may put others there. */
  readonly folder: string;
  /**
   * Issues a certificate for these names and addresses, loopback where none are given, into `<name>.crt` and `<name>.key`; a second one of the same name
   * takes the place of the first, the key before the certificate.
   */
  readonly issue: (name: string, names?: readonly string[]) => IssuedCertificate;
}

/** Makes an authority in a folder that is removed when the test file is done. */
export function createAuthority(): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'steadfast-certificates-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (file: string) => join(folder, file);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    path('ca.key'),
    '-out',
    path('ca.crt'),
    '-days',
    '2',
    '-subj',
    '/CN=test authority',
  );
  return {
    folder,
    caFile: path('ca.crt'),
    issue: (name, names = ['localhost', '127.0.0.1']) => {
      const extensions = path(`${name}.ext`);
      const alternatives = names.map((each) => `${isIP(each) > 0 ? 'IP' : 'DNS'}:${each}`).join(',');
      writeFileSync(extensions, `subjectAltName=${alternatives}\nextendedKeyUsage=serverAuth,clientAuth\n`);
      openssl('req', ...newKey, '-keyout', path('next.key'), '-out', path('next.csr'), '-subj', `/CN=${name}`);
      const by = ['-CA', path('ca.crt'), '-CAkey', path('ca.key'), '-CAcreateserial', '-days', '1'];
      openssl('x509', '-req', '-in', path('next.csr'), ...by, '-out', path('next.crt'), '-extfile', extensions);
      const issued = { certFile: path(`${name}.crt`), keyFile: path(`${name}.key`) };
      renameSync(path('next.key'), issued.keyFile);
      renameSync(path('next.crt'), issued.certFile);
      return issued;
    },
  };
}
