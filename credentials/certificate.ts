/** Certificates and their keys, as PEM files, checked before anybody relies on them. */
import { createPrivateKey, X509Certificate } from 'node:crypto';

/** Paths of PEM files: a certificate with those that lead to its authority, its private key, and authorities to believe. */
export interface CertificateFiles {
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly caFile?: string | undefined;
}

/** What was in them, each as PEM; `cert` and `key` are there together or not at all. */
export interface Certificate {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The files that are named, in the order in which {@link parseCertificate} takes their texts. */
export function filesOf({ certFile, keyFile, caFile }: CertificateFiles): string[] {
  return [certFile, keyFile, caFile].filter((file) => file !== undefined);
}

/** Checks the texts of the files; throws an error that names the file which cannot be used, and why, and shows nothing of it. */
export function parseCertificate(files: CertificateFiles, texts: readonly string[]): Certificate {
  const { certFile, keyFile, caFile } = files;
  const named = filesOf(files);
  const textOf = (file: string | undefined) => (file === undefined ? undefined : texts[named.indexOf(file)]);
  const [cert, key, ca] = [textOf(certFile), textOf(keyFile), textOf(caFile)];
  if (ca !== undefined && caFile !== undefined) readAll(ca, caFile);
  if (cert === undefined || certFile === undefined) return { ca };
  const [own] = readAll(cert, certFile);
  const privateKey = readKey(key ?? '', keyFile ?? 'the key');
  if (!own?.checkPrivateKey(privateKey)) throw new Error(`${keyFile} is not the key of the certificate in ${certFile}`);
  return { cert, key, ca };
}

/** The moment until which a certificate is valid, and whether that has passed. */
export function expiryOf(cert: string): { readonly validTo: string; readonly isOver: boolean } {
  const { validToDate } = new X509Certificate(cert);
  return { validTo: validToDate.toISOString(), isOver: validToDate.getTime() < Date.now() };
}

function readAll(pem: string, file: string): X509Certificate[] {
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length === 0) throw new Error(`${file} holds no certificate in PEM`);
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new Error(`${file} holds a certificate that cannot be read`);
  }
}

function readKey(pem: string, file: string) {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error(`${file} holds no private key in PEM that can be read without a password`);
  }
}
