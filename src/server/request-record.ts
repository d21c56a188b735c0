// What was asked and what became of it: one record for each request, for an access log and for metrics.
import type { Headers, Method, Resource, ResponseMessage } from "../protocol/http-message.ts";
import type { ResponseBody } from "./service-context.ts";

/** Of a request that is over. It has no query and no header, so no signature and no token. */
export interface RequestRecord {
  /** The one in the answer. */
  readonly requestId: string;
  readonly startedAtMs: number;
  /** From the end of the request's headers until the answer was ready; of an answer with a body, until that was taken. */
  readonly tookMs: number;
  /** Absent when the bytes were no request that could be read. */
  readonly method?: Method;
  /** Such as `UploadPart`; absent when the request was refused before it was known. */
  readonly operation?: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly status: number;
  /** Of an error, as OSS names it. */
  readonly errorCode?: string;
  /** As declared; 0 for a body of unknown length. */
  readonly receivedBytes: number;
  /** Of the body of the answer. */
  readonly sentBytes: number;
  readonly clientAddress: string;
  readonly userAgent: string;
}

/** Called once for each request, when it is over, and for what was answered as a broken one. Must not throw. */
export type ObserveRequest = (record: RequestRecord) => void;

/** What is known of a request while it is served. */
export interface RequestTrace {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly method: Method;
  readonly headers: Headers;
  readonly clientAddress: string;
  operation?: string;
  resource?: Resource;
  errorCode?: string;
}

export interface Observation {
  readonly observe: ObserveRequest;
  readonly now: () => number;
}

interface Answer {
  readonly message: ResponseMessage;
  readonly body?: ResponseBody;
}

/** The same answer; the record is made when it is over. */
export function observeAnswer(answer: Answer, trace: RequestTrace, { observe, now }: Observation): Answer {
  const tell = (sentBytes: number) => observe(recordOf(trace, answer.message.status, sentBytes, now()));
  if (answer.body === undefined) {
    tell(Buffer.byteLength(answer.message.text ?? ""));
    return answer;
  }
  return { ...answer, body: countedBody(answer.body, tell) };
}

function countedBody(body: ResponseBody, whenOver: (sentBytes: number) => void): ResponseBody {
  let sentBytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body.chunks) {
      yield chunk;
      sentBytes += chunk.length;
    }
  }
  return {
    chunks: counted(),
    async [Symbol.asyncDispose]() {
      await body[Symbol.asyncDispose]();
      whenOver(sentBytes);
    },
  };
}

function recordOf(trace: RequestTrace, status: number, sentBytes: number, nowMs: number): RequestRecord {
  const { requestId, startedAtMs, method, headers, clientAddress, operation, resource, errorCode } = trace;
  return {
    requestId,
    startedAtMs,
    tookMs: Math.max(0, nowMs - startedAtMs),
    method,
    status,
    receivedBytes: Number(headers["content-length"] ?? 0) || 0,
    sentBytes,
    clientAddress,
    userAgent: headers["user-agent"] ?? "",
    ...(operation === undefined ? {} : { operation }),
    ...(resource?.bucket === undefined ? {} : { bucket: resource.bucket }),
    ...(resource?.key === undefined ? {} : { key: resource.key }),
    ...(errorCode === undefined ? {} : { errorCode }),
  };
}
