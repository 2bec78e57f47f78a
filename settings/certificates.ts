import { readFileSync } from 'node:fs';
import { type CertificateFiles, filesOf, parseCertificate } from '../credentials/certificate.ts';
import { ConfigError } from './config-error.ts';

/** Throws where certificates cannot be used, before anything is started with them. */
export function demandUsable(settings: string, files: CertificateFiles): void {
  try {
    parseCertificate(
      files,
      filesOf(files).map((file) => readFileSync(file, 'utf8')),
    );
  } catch (error) {
    throw new ConfigError(`${settings}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
