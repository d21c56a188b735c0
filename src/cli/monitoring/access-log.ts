// The access log: a line of JSON for each request that is over, with no query and no header of it, so no signature.
import { once } from "node:events";
import { open } from "node:fs/promises";
import pino, { type DestinationStream } from "pino";
import type { ObserveRequest } from "../../server/index.ts";
import { CommandError } from "../command-error.ts";

export interface AccessLog {
  readonly observe: ObserveRequest;
  /** Goes on in a new file of the same name, after the old one was moved away. */
  reopen(): void;
  close(): Promise<void>;
}

/** Until so much is gathered, or for so long, nothing is written: a line a request would cost a system call each. */
const GATHERED_MAX_BYTES = 8 * 1024;
const GATHER_MAX_MS = 1_000;
const STANDARD_OUTPUT = "-";
const FILE_MODE = 0o640;

/**
 * @param path         a file, which is appended to; `-` is standard output
 * @param reportError  told when lines are lost, as on a full disk; the server goes on
 * @throws {CommandError} when the file cannot be opened
 */
export async function openAccessLog(path: string, reportError: (error: Error) => void): Promise<AccessLog> {
  await assertAppendable(path);
  const file = pino.destination({
    dest: path === STANDARD_OUTPUT ? 1 : path,
    append: true,
    mkdir: false,
    mode: FILE_MODE,
    sync: false,
    minLength: GATHERED_MAX_BYTES,
    periodicFlush: GATHER_MAX_MS,
  });
  await once(file, "ready");
  file.on("error", reportError);
  const logger = accessLogger(file);
  return {
    observe: logger,
    reopen: () => file.reopen(),
    close: () =>
      new Promise((resolve) => {
        file.once("close", resolve);
        file.end();
      }),
  };
}

/** @returns what every request that is over is told to */
function accessLogger(destination: DestinationStream): ObserveRequest {
  const logger = pino(
    {
      base: null,
      timestamp: false,
      formatters: { level: () => ({ kind: "access" }) },
      messageKey: "message",
    },
    destination,
  );
  return ({ startedAtMs, tookMs, ...record }) =>
    logger.info({ time: new Date(startedAtMs).toISOString(), ...record, tookMs });
}

/**
 * Opens the file and closes it again. A file of pino's that could not be opened would end the process by an exception of
 * its own, so nothing else may find that out.
 *
 * @throws {CommandError}
 */
export async function assertAppendable(path: string): Promise<void> {
  if (path === STANDARD_OUTPUT) {
    return;
  }
  try {
    await (await open(path, "a", FILE_MODE)).close();
  } catch (error) {
    throw new CommandError(`the access log ${path} cannot be written: ${(error as Error).message}`);
  }
}
