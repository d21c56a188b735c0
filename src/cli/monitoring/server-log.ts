// What goes wrong in the server, for its operator: JSON lines for a collector, or sentences for a terminal.
import pino, { type DestinationStream } from "pino";

export type LogFormat = "json" | "text";

export interface ServerLog {
  /** Something of note that is no failure. */
  note(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** A failure that is not a client's doing. */
  failure(failure: unknown, requestId: string): void;
}

/** On a terminal somebody reads it; elsewhere something collects it. */
export function usualLogFormat(isTerminal: boolean): LogFormat {
  return isTerminal ? "text" : "json";
}

export function openServerLog(format: LogFormat, destination: DestinationStream = process.stderr): ServerLog {
  return format === "json" ? jsonLog(destination) : textLog(destination);
}

function jsonLog(destination: DestinationStream): ServerLog {
  const logger = pino(
    {
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: "message",
      errorKey: "error",
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    note: (message, fields = {}) => logger.info(fields, message),
    failure: (failure, requestId) => {
      const error = asError(failure);
      logger.error({ requestId, error }, error.message);
    },
  };
}

function textLog(destination: DestinationStream): ServerLog {
  return {
    note: (message) => void destination.write(`${message}\n`),
    failure: (failure, requestId) => {
      const error = asError(failure);
      const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
      destination.write(`request ${requestId} failed: ${error.stack ?? error.message}${cause}\n`);
    },
  };
}

function asError(failure: unknown): Error {
  return failure instanceof Error ? failure : new Error(String(failure));
}
