// The whole policy for one request, in order, on one screen. Whatever goes wrong leaves here as an error of the wire.
import { createHash } from "node:crypto";
import {
  hostWithoutBucket,
  parseRequestTarget,
  type RequestTarget,
  resourceCandidates,
} from "../protocol/addressing/resource-candidates.ts";
import { encodeError } from "../protocol/errors/error-document.ts";
import { ServiceError } from "../protocol/errors/service-error.ts";
import { invalidPolicy } from "../protocol/fields/bucket-policy.ts";
import type { Headers, Method, RequestMessage, Resource, ResponseMessage } from "../protocol/http-message.ts";
import { queryValue } from "../protocol/http-message.ts";
import { XML_BODY_SIZE_MAX_BYTES } from "../protocol/limits.ts";
import type { AnyOperation } from "../protocol/operation.ts";
import { route } from "../protocol/routing/route.ts";
import { malformedXml } from "../protocol/xml/read-xml.ts";
import { accessesOf } from "./access.ts";
import { authenticate } from "./authenticate.ts";
import { authorize } from "./authorize.ts";
import type { CredentialStore } from "./credential-store.ts";
import { handlers } from "./handler-table.ts";
import { refuseIgnoredVersion, refuseUnimplemented } from "./refuse-unimplemented.ts";
import type { RequestBody, ResponseBody, ServiceContext } from "./service-context.ts";
import { serviceErrorOf } from "./storage-failure.ts";

export interface Service extends ServiceContext {
  readonly credentials: CredentialStore;
  /** Names under which this server is known; before them stands a bucket. */
  readonly baseHosts: readonly string[];
  readonly newRequestId: () => string;
  /** Told of every failure that is not the client's doing. */
  readonly reportFailure: (failure: unknown, requestId: string) => void;
}

export interface IncomingRequest {
  readonly method: Method;
  /** Path and query as they came, or a whole URL from a proxy's client. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: RequestBody;
}

export interface OutgoingResponse {
  readonly message: ResponseMessage;
  readonly body?: ResponseBody;
}

export async function handleRequest(incoming: IncomingRequest, service: Service): Promise<OutgoingResponse> {
  const startedAtMs = service.now();
  const requestId = service.newRequestId();
  let host = incoming.headers.host ?? "";
  let operationName: string | undefined;
  let request: RequestMessage | undefined;
  try {
    const target = parseRequestTarget(incoming.target);
    host = target.host ?? host;
    const candidates = resourceCandidates(host, target.rawPath, service.baseHosts);
    const [firstReading = {}] = candidates;
    request = requestMessage(incoming, target.query, firstReading);
    const { principal, resource } = await authenticate(request, candidates, service);
    request = requestMessage(incoming, target.query, resource);

    const operation = route(request, service.dialect);
    operationName = operation.name;
    const handler = handlers.get(operation.name);
    if (handler === undefined) {
      throw new ServiceError("NotImplemented", { fields: { Header: operation.name } });
    }
    const accesses = accessesOf(operation, request, service.dialect);
    await authorize(principal, accesses, target.query, service);
    refuseUnimplemented(request);
    if (operation.requestBody === "bytes") {
      assertHasLength(incoming);
    }
    if (operation.requestBody === "xml" || operation.requestBody === "json") {
      request = { ...request, text: await readText(incoming, malformedDocument(operation)) };
    }
    const input = operation.decodeRequest(request, service.dialect);
    refuseIgnoredVersion(request, input);
    const links = linksTo({ ...target, host }, resource, service);
    const { output, body } = await handler(input, {
      ...service,
      ...links,
      method: incoming.method,
      body: incoming.body,
    });
    const message = operation.encodeResponse(output, service.dialect);
    return {
      message: withCommonHeaders(message, requestId, service.now() - startedAtMs),
      ...(body === undefined ? {} : { body }),
    };
  } catch (failure) {
    const error = serviceErrorOf(failure, {
      ...(request?.resource ?? {}),
      uploadId: queryValue(request?.query ?? [], "uploadId") ?? "",
      operationName,
    });
    if (error.status >= 500) {
      service.reportFailure(failure, requestId);
    }
    const hostId = host.replace(/:\d+$/, "");
    const message = encodeError(error, { requestId, hostId, method: incoming.method }, service.dialect);
    return { message: withCommonHeaders(message, requestId, service.now() - startedAtMs) };
  }
}

function requestMessage(incoming: IncomingRequest, query: RequestMessage["query"], resource: Resource) {
  return { method: incoming.method, resource, query, headers: incoming.headers };
}

function linksTo(target: Required<RequestTarget>, resource: Resource, { baseHosts }: Service) {
  const host = hostWithoutBucket(target, resource, baseHosts);
  const bucketUrl =
    host === target.host ? `http://${host}/${resource.bucket ?? ""}` : `http://${target.host}`;
  return { host, bucketUrl };
}

function assertHasLength({ body, headers }: IncomingRequest): void {
  if (body.sizeBytes === undefined && headers["transfer-encoding"] === undefined) {
    throw new ServiceError("MissingContentLength");
  }
}

function malformedDocument({ requestBody }: AnyOperation) {
  return requestBody === "json" ? invalidPolicy : malformedXml;
}

/** The document that is the body, whose Content-MD5, where there is one, must be right. */
async function readText(
  { body, headers }: IncomingRequest,
  malformed: (detail: string, cause?: unknown) => ServiceError,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body.chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > XML_BODY_SIZE_MAX_BYTES) {
      throw malformed(`The document is larger than ${XML_BODY_SIZE_MAX_BYTES} bytes.`);
    }
    chunks.push(Uint8Array.from(chunk));
  }
  const bytes = Buffer.concat(chunks);
  const contentMd5 = headers["content-md5"];
  if (contentMd5 !== undefined && contentMd5 !== createHash("md5").update(bytes).digest("base64")) {
    throw new ServiceError("InvalidDigest", { fields: { "Content-MD5": contentMd5 } });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed("The document is not UTF-8.", cause);
  }
}

function withCommonHeaders(message: ResponseMessage, requestId: string, tookMs: number): ResponseMessage {
  return {
    ...message,
    headers: {
      server: "AliyunOSS",
      "x-oss-request-id": requestId,
      "x-oss-server-time": String(Math.max(0, Math.round(tookMs))),
      ...(message.text === undefined ? {} : { "content-type": "application/xml" }),
      ...message.headers,
    },
  };
}
