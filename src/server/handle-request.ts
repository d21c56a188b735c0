// The whole policy for one request, in order, on one screen. Whatever goes wrong leaves here as an error of the wire.

import {
  hostWithoutBucket,
  parseRequestTarget,
  type RequestTarget,
  resourceCandidates,
} from "../protocol/addressing/resource-candidates.ts";
import { encodeError } from "../protocol/errors/error-document.ts";
import { serviceError } from "../protocol/errors/known-error.ts";
import { postedHeaders } from "../protocol/fields/posted-object.ts";
import { present } from "../protocol/fields/present.ts";
import type { Headers, Method, RequestMessage, Resource, ResponseMessage } from "../protocol/http-message.ts";
import { queryValue } from "../protocol/http-message.ts";
import type { AnyOperation } from "../protocol/operation.ts";
import { route } from "../protocol/routing/route.ts";
import type { V4KeyCache } from "../protocol/signing/v4-key-cache.ts";
import { StorageError } from "../storage/storage-error.ts";
import { accessesOf } from "./access.ts";
import { authenticate } from "./authenticate.ts";
import { isFormPost, receiveForm } from "./authenticate-form.ts";
import { authorize } from "./authorize.ts";
import { ClientGone } from "./client-gone.ts";
import { compressAnswer } from "./compress-answer.ts";
import { answerPreflight, type CrossOriginAnswer, prepareCrossOriginAnswer } from "./cors/cross-origin.ts";
import type { CredentialStore } from "./credential-store.ts";
import { decodeRequest } from "./decode-request.ts";
import { handlers } from "./handler-table.ts";
import type { OutgoingResponse } from "./outgoing-response.ts";
import { factsOf } from "./policy/request-facts.ts";
import { holderOf } from "./principal.ts";
import { readDocument } from "./read-document.ts";
import { isAboutUpload, refuseIgnoredVersion, refuseUnimplemented } from "./refuse-unimplemented.ts";
import { type ObserveRequest, observeAnswer, type RequestTrace } from "./request-record.ts";
import type { RequestBody, ServiceContext } from "./service-context.ts";
import { serviceErrorOf } from "./storage-failure.ts";
import { answerSts } from "./sts/answer-sts.ts";
import { isForSts } from "./sts/sts-request.ts";

export interface Service extends ServiceContext {
  readonly credentials: CredentialStore;
  /** Of the keys that signatures are made with. */
  readonly keyCache?: V4KeyCache;
  /** Names under which this server is known; before them stands a bucket. */
  readonly baseHosts: readonly string[];
  readonly newRequestId: () => string;
  /** Told of every failure that is not the client's doing. */
  readonly reportFailure: (failure: unknown, requestId: string) => void;
  /** Told of every request that is over. */
  readonly observe?: ObserveRequest | undefined;
}

export interface IncomingRequest {
  readonly method: Method;
  /** Path and query as they came, or a whole URL from a proxy's client. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: RequestBody;
  /** Where the connection comes from. */
  readonly clientAddress?: string;
  /** Whether the connection is TLS. Default: it is not. */
  readonly isEncrypted?: boolean;
  /** Aborts when the client has gone away. */
  readonly signal?: AbortSignal;
}

export async function handleRequest(incoming: IncomingRequest, service: Service): Promise<OutgoingResponse> {
  const startedAtMs = service.now();
  const requestId = service.newRequestId();
  const { method, headers, clientAddress = "" } = incoming;
  const trace: RequestTrace = { requestId, startedAtMs, method, headers, clientAddress };
  let host = headers.host ?? "";
  let request: RequestMessage | undefined;
  let resource: Resource | undefined;
  let crossOrigin: CrossOriginAnswer | undefined;
  const finish = (message: ResponseMessage) =>
    withCommonHeaders(
      { ...message, headers: { ...crossOrigin?.headersFor(resource), ...message.headers } },
      requestId,
      service.now() - startedAtMs,
    );
  const ended = (answer: OutgoingResponse) =>
    service.observe === undefined
      ? answer
      : observeAnswer(answer, trace, { observe: service.observe, now: service.now });
  try {
    const target = parseRequestTarget(incoming.target);
    host = target.host ?? host;
    const candidates = resourceCandidates(host, target.rawPath, service.baseHosts);
    const [firstReading = {}] = candidates;
    request = requestMessage(incoming, target.query, firstReading);
    if (isForSts(request, candidates)) {
      return ended({ message: finish(await askSts(request, incoming, { requestId, host, service })) });
    }
    if (incoming.method === "OPTIONS") {
      return ended({ message: finish(await answerPreflight(incoming.headers, candidates, service)) });
    }
    crossOrigin = await prepareCrossOriginAnswer(incoming, candidates, service);
    using posted = isFormPost(request, candidates)
      ? await receiveForm(request, candidates, incoming.body, service)
      : undefined;
    const { principal, accessKeyId, askAgain, isSignedUrl, ...authenticated } =
      posted ?? (await authenticate(request, candidates, service));
    resource = authenticated.resource;
    trace.resource = resource;
    request = requestMessage(incoming, target.query, resource);
    request = posted === undefined ? request : { ...request, form: posted.form };

    const operation = route(request, service.dialect);
    trace.operation = operation.name;
    const handler = handlers.get(operation.name);
    if (handler === undefined) {
      throw serviceError("NotImplemented", { fields: { Header: operation.name } });
    }
    const accesses = accessesOf(operation, request, service.dialect);
    const facts = requestFacts(incoming, request, { operation, accessKeyId, nowMs: startedAtMs });
    const isLinked = principal.kind === "anonymous" || isSignedUrl;
    const link = isLinked ? { referer: incoming.headers.referer } : undefined;
    const permission = await authorize(
      { principal, askAgain, accesses, facts, query: target.query, ...present({ link }) },
      service,
    );
    refuseUnimplemented(request, operation);
    if (operation.requestBody === "bytes") {
      assertHasLength(incoming);
    }
    const { requestBody } = operation;
    using document =
      requestBody === "xml" || requestBody === "json" ? await readDocument(incoming, requestBody) : undefined;
    if (document !== undefined) {
      request = { ...request, text: document.text };
      await permission.authorizeAgain();
    }
    const input = await decodeRequest(operation, request, service.dialect);
    if (!isAboutUpload(operation)) {
      refuseIgnoredVersion(request, input);
    }
    const links = linksTo({ ...target, host }, resource, service, incoming.isEncrypted);
    const { body: receivedBody, signal } = incoming;
    const { output, body } = await handler(input, {
      ...service,
      ...links,
      ...permission,
      ...present({ signal }),
      requestId,
      clientAddress,
      holder: holderOf(principal),
      method: incoming.method,
      body: posted?.file ?? receivedBody,
    });
    const message = operation.encodeResponse(output, service.dialect);
    const answer = { message: finish(message), ...(body === undefined ? {} : { body }) };
    return ended(operation.name === "GetObject" ? compressAnswer(answer, incoming.headers) : answer);
  } catch (failure) {
    const error = serviceErrorOf(failure, {
      ...(request?.resource ?? {}),
      uploadId: queryValue(request?.query ?? [], "uploadId") ?? "",
      operationName: trace.operation,
    });
    trace.errorCode = error.code;
    if (error.status >= 500 && !isOfClients(failure)) {
      service.reportFailure(failure, requestId);
    }
    const hostId = host.replace(/:\d+$/, "");
    const message = encodeError(error, { requestId, hostId, method: incoming.method }, service.dialect);
    return ended({ message: finish(message) });
  }
}

/** Nothing of the server's has failed: the client went away, or others changed meanwhile who may write. */
function isOfClients(failure: unknown): boolean {
  return (
    failure instanceof ClientGone || (failure instanceof StorageError && failure.code === "rights-changed")
  );
}

function requestMessage(incoming: IncomingRequest, query: RequestMessage["query"], resource: Resource) {
  return { method: incoming.method, resource, query, headers: incoming.headers };
}

function requestFacts(
  { clientAddress, isEncrypted = false }: IncomingRequest,
  { query, headers, form }: RequestMessage,
  asked: {
    readonly operation: Pick<AnyOperation, "permission">;
    readonly accessKeyId: string | undefined;
    readonly nowMs: number;
  },
) {
  const { accessKeyId, nowMs } = asked;
  const { permission } = asked.operation;
  // What other requests say in headers, a form says in its fields.
  const said = form === undefined ? headers : { ...headers, ...postedHeaders(form) };
  return factsOf({ query, headers: said, permission, accessKeyId, clientAddress, isEncrypted, nowMs });
}

function askSts(
  request: RequestMessage,
  { body, clientAddress, isEncrypted = false }: IncomingRequest,
  asked: { readonly requestId: string; readonly host: string; readonly service: Service },
): Promise<ResponseMessage> {
  const { credentials, now, store } = asked.service;
  const { requestId, host: hostId } = asked;
  const { metadata } = store;
  const context = { credentials, metadata, nowMs: now(), requestId, hostId, clientAddress, isEncrypted };
  return answerSts(request, body, context);
}

function linksTo(
  target: Required<RequestTarget>,
  resource: Resource,
  { baseHosts }: Service,
  isEncrypted = false,
) {
  const host = hostWithoutBucket(target, resource, baseHosts);
  const scheme = isEncrypted ? "https" : "http";
  const bucketUrl =
    host === target.host ? `${scheme}://${host}/${resource.bucket ?? ""}` : `${scheme}://${target.host}`;
  return { host, bucketUrl };
}

function assertHasLength({ body, headers }: IncomingRequest): void {
  if (body.sizeBytes === undefined && headers["transfer-encoding"] === undefined) {
    throw serviceError("MissingContentLength");
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
