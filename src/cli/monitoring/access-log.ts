// The access log: a line of JSON for each request that is over, with no query and no header of it, so no signature.
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

/**
 * @param path         a file, which is appended to; `-` is standard output
 * @param reportError  told when lines are lost, as on a full disk; the server goes on
 * @throws {CommandError} when the file cannot be opened
 */
export async function openAccessLog(path: string, reportError: (error: Error) => void): Promise<AccessLog> {
  const file = pino.destination({
    dest: path === "-" ? 1 : path,
    append: true,
    mkdir: false,
    mode: 0o640,
    sync: false,
    minLength: GATHERED_MAX_BYTES,
    periodicFlush: GATHER_MAX_MS,
  });
  await opened(file, path);
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

type Destination = ReturnType<typeof pino.destination>;

function opened(file: Destination, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) =>
      reject(new CommandError(`the access log ${path} cannot be written: ${error.message}`));
    file.once("error", onError);
    file.once("ready", () => {
      file.off("error", onError);
      resolve();
    });
  });
}
