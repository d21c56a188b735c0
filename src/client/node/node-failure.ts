// Node's errors of sockets, names and certificates, mapped once to TransportError.
import { TransportError, type TransportErrorCode } from "../transport-error.ts";
import { ProxyRefusal } from "./proxy-tunnel.ts";

interface FailureWords {
  readonly code: TransportErrorCode;
  /** After "host:port ". */
  readonly what: string;
  /** Whether it can only happen before the request was sent. */
  readonly isBeforeSending?: boolean;
}

const lost: FailureWords = {
  code: "connection-lost",
  what: "closed the connection before it answered; try again",
};

const words: Readonly<Record<string, FailureWords>> = {
  ECONNREFUSED: {
    code: "connection-refused",
    what: "refused the connection; check that the service runs there and that the port is right",
    isBeforeSending: true,
  },
  ENOTFOUND: {
    code: "name-not-found",
    what: "is not a known name; check the endpoint and the network's DNS",
    isBeforeSending: true,
  },
  EAI_AGAIN: {
    code: "name-not-found",
    what: "could not be looked up; check the network's DNS",
    isBeforeSending: true,
  },
  EHOSTUNREACH: { code: "unreachable", what: "cannot be reached; check the network" },
  ENETUNREACH: { code: "unreachable", what: "cannot be reached; check the network" },
  ENETDOWN: { code: "unreachable", what: "cannot be reached; the network is down" },
  ETIMEDOUT: { code: "timeout", what: "did not answer in time; check the network, or raise timeoutMs" },
  ECONNRESET: lost,
  ECONNABORTED: lost,
  EPIPE: lost,
  ERR_STREAM_PREMATURE_CLOSE: lost,
  EPROTO: {
    code: "tls",
    what: "does not speak TLS as expected; check whether the endpoint is https",
    isBeforeSending: true,
  },
};

/** @param host  with port, for the message */
export function failureOf(error: unknown, host: string): TransportError {
  const code = codeOf(error);
  const known = error instanceof ProxyRefusal ? wordsOfProxy(error) : (words[code] ?? wordsOfFamily(code));
  return new TransportError(known.code, `${host} ${known.what}${code === "" ? "" : ` (${code})`}`, {
    cause: error,
    mayHaveArrived: known.isBeforeSending !== true,
  });
}

function wordsOfProxy({ status }: ProxyRefusal): FailureWords {
  const what = `is behind a proxy that answered ${status}`;
  if (status >= 500) {
    return { code: "unreachable", what: `${what}; the proxy does not reach it`, isBeforeSending: true };
  }
  const advice =
    status === 407
      ? "give it a user and a password, as in http://user:password@host:port"
      : "ask who runs it, or name the host in NO_PROXY";
  return { code: "proxy-refused", what: `${what}; ${advice}`, isBeforeSending: true };
}

function wordsOfFamily(code: string): FailureWords {
  if (code.startsWith("HPE_")) {
    return { code: "not-http", what: "answered, but not in HTTP; check scheme and port of the endpoint" };
  }
  if (/^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) {
    return {
      code: "tls",
      what: "has a certificate or a TLS that this machine does not trust; check the endpoint's name and the CA",
      isBeforeSending: true,
    };
  }
  return lost;
}

// Several addresses that all failed come as one AggregateError, which has the code of the first.
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
