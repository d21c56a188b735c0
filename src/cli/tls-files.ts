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

/** After a pair that could not be used. What was wrong may be gone without a change of the files that is seen. */
const RETRY_DELAY_MS = 60_000;

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

/** When clients stop taking it. @param certificate  that can be used */
export function endOf({ cert }: Certificate): number {
  return new X509Certificate(cert).validToDate.getTime();
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

export interface CertificateWatchOptions {
  /** Given a certificate that can be used. */
  readonly onChange: (certificate: Certificate) => void;
  /** Told why one cannot, each time; the server stays with what it has. */
  readonly onMistake: (error: unknown) => void;
  /** Until the files are read again after that. Default: a minute. */
  readonly retryDelayMs?: number;
}

/** Looks at the files from time to time, and reads them again when one has changed, and until what they say can be used. */
export function watchCertificate(
  files: TlsFiles,
  { onChange, onMistake, retryDelayMs = RETRY_DELAY_MS }: CertificateWatchOptions,
): Disposable {
  let isWatching = true;
  let retry: NodeJS.Timeout | undefined;
  let lastReading = 0;
  const reread = async () => {
    clearTimeout(retry);
    lastReading += 1;
    const reading = lastReading;
    const certificate = await readCertificate(files).catch((error: unknown) => {
      if (isWatching && reading === lastReading) {
        retry = setTimeout(reread, retryDelayMs).unref();
        onMistake(error);
      }
      return undefined;
    });
    if (isWatching && reading === lastReading && certificate !== undefined) {
      onChange(certificate);
    }
  };
  const paths = [files.cert, files.key];
  for (const path of paths) {
    watchFile(path, { interval: WATCH_INTERVAL_MS, persistent: false }, reread);
  }
  return {
    [Symbol.dispose]: () => {
      isWatching = false;
      clearTimeout(retry);
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
