// The server's certificate: two files of PEM, read again when they change, as tools that renew certificates do it.

import { X509Certificate } from "node:crypto";
import { unwatchFile, watchFile } from "node:fs";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { Certificate } from "../server/index.ts";
import { CommandError } from "./command-error.ts";

export interface TlsFiles {
  /** The certificate, and behind it those that lead from it to an authority. */
  readonly cert: string;
  readonly key: string;
}

/** How often the files are looked at. By name, for a renewal may put another file in the place of the old one. */
const WATCH_INTERVAL_MS = 2_000;

/** @throws {CommandError} when a file cannot be read, is no PEM, or the key is another certificate's */
export async function readCertificate({ cert, key }: TlsFiles): Promise<Certificate> {
  const certificate = { cert: await read(cert), key: await read(key) };
  try {
    createSecureContext(certificate);
    return certificate;
  } catch (error) {
    throw new CommandError(
      `the certificate ${cert} and the key ${key} cannot be used together: ${(error as Error).message}`,
    );
  }
}

/** What clients will say of it by its dates, if they will refuse it. @param certificate  that can be used */
export function expiryMistake({ cert }: Certificate, path: string, nowMs: number): string | undefined {
  const { validFromDate, validToDate } = new X509Certificate(cert);
  if (nowMs > validToDate.getTime()) {
    return `the certificate ${path} ended on ${validToDate.toISOString()}: clients will refuse it`;
  }
  return nowMs < validFromDate.getTime()
    ? `the certificate ${path} begins on ${validFromDate.toISOString()}: clients will refuse it until then`
    : undefined;
}

/**
 * Looks at the files from time to time, and reads them again when one has changed.
 *
 * @param onChange    given a certificate that can be used
 * @param onMistake  told why one cannot; the server stays with what it has
 */
export function watchCertificate(
  files: TlsFiles,
  onChange: (certificate: Certificate) => void,
  onMistake: (error: unknown) => void,
): Disposable {
  const reread = () => {
    readCertificate(files).then(onChange, onMistake);
  };
  const paths = [files.cert, files.key];
  for (const path of paths) {
    watchFile(path, { interval: WATCH_INTERVAL_MS, persistent: false }, reread);
  }
  return {
    [Symbol.dispose]: () => {
      for (const path of paths) {
        unwatchFile(path, reread);
      }
    },
  };
}

function read(path: string): Promise<Buffer> {
  return readFile(path).catch((error: Error) => {
    throw new CommandError(`${path} cannot be read: ${error.message}`);
  });
}
