// A real server over a memory store, and requests to it that are signed as our client signs but sent byte for byte as
// the test says: what no well-behaved client would send can be sent here.
import { createHash } from "node:crypto";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { type Endpoint, parseEndpoint, requestAddress } from "../../src/protocol/addressing/endpoint.ts";
import type { Headers, Method, Query, RequestMessage } from "../../src/protocol/http-message.ts";
import type { Credentials } from "../../src/protocol/signing/credentials.ts";
import { signV4Header } from "../../src/protocol/signing/sign-v4-header.ts";
import {
  fixedCredentials,
  type RunningServer,
  type ServerOptions,
  startServer,
} from "../../src/server/index.ts";
import { nodeSigningCrypto } from "../../src/server/node-signing-crypto.ts";
import { openMemoryStore, type Store } from "../../src/storage/index.ts";

export const testCredentials = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
export const testBucket = "test-bucket";

/** Every test of the server can be run through either door: TEST_DOOR=http npm test. */
const testDoor = process.env.TEST_DOOR === "http" ? "http" : "fast";

export interface TestRequest {
  readonly method?: Method;
  readonly bucket?: string;
  readonly key?: string;
  readonly query?: Query;
  readonly headers?: Headers;
  readonly body?: string | Uint8Array;
  readonly credentials?: Credentials;
  /** Without a signature, as anybody may send it. */
  readonly isAnonymous?: true;
  readonly time?: Date;
  readonly region?: string;
  /** Sent instead of the path that the key would give. */
  readonly rawTarget?: string;
}

export interface TestResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** The text of the first element called `name` in the body, or undefined. */
  element(name: string): string | undefined;
  /** The texts of all elements called `name`, in order. */
  elements(name: string): readonly string[];
}

export interface TestServer extends AsyncDisposable {
  readonly store: Store;
  readonly server: RunningServer;
  readonly endpoint: Endpoint;
  send(request: TestRequest): Promise<TestResponse>;
  /** The headers that make `request` a signed one. */
  sign(request: TestRequest): Promise<RequestMessage>;
  /** An open upload's id. */
  initiate(key: string): Promise<string>;
  /** Sends a part and gives its ETag, unquoted. */
  putPart(key: string, uploadId: string, partNumber: number, body: string | Uint8Array): Promise<string>;
  complete(
    key: string,
    uploadId: string,
    parts: readonly (readonly [partNumber: number, etag: string])[],
  ): Promise<TestResponse>;
}

export async function startTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const store = options.store ?? (await openMemoryStore());
  const server = await startServer({
    door: testDoor,
    credentials: fixedCredentials([testCredentials]),
    ...options,
    store,
  });
  const endpoint = parseEndpoint(server.endpoint);
  const sign = (request: TestRequest) => signTestRequest(request, endpoint);
  const send = (request: TestRequest) => sendTestRequest(request, endpoint);
  await store.metadata.createBucket({
    dataRedundancyType: "LRS",
    configurations: {},
    name: testBucket,
    acl: "private",
    storageClass: "Standard",
    createdAtMs: Date.now(),
  });
  return {
    store,
    server,
    endpoint,
    sign,
    send,
    async initiate(key) {
      const response = await send({ method: "POST", key, query: [["uploads", ""]] });
      return response.element("UploadId") ?? "";
    },
    async putPart(key, uploadId, partNumber, body) {
      const response = await send({
        method: "PUT",
        key,
        query: partQuery(uploadId, String(partNumber)),
        body,
      });
      return (response.headers.etag ?? "").replaceAll('"', "");
    },
    complete(key, uploadId, parts) {
      return send({ method: "POST", key, query: [["uploadId", uploadId]], body: completionDocument(parts) });
    },
    async [Symbol.asyncDispose]() {
      await server.drain(1_000);
      await store[Symbol.asyncDispose]();
    },
  };
}

export function partQuery(uploadId: string, partNumber: string): Query {
  return [
    ["partNumber", partNumber],
    ["uploadId", uploadId],
  ];
}

export function completionDocument(parts: readonly (readonly [partNumber: number, etag: string])[]): string {
  const rows = parts.map(
    ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${rows.join("")}</CompleteMultipartUpload>`;
}

export function md5Base64(body: string | Uint8Array): string {
  return createHash("md5").update(body).digest("base64");
}

async function signTestRequest(request: TestRequest, endpoint: Endpoint): Promise<RequestMessage> {
  const { method = "GET", bucket = testBucket, key, query = [], headers = {} } = request;
  const message = {
    method,
    resource: { ...(bucket === "" ? {} : { bucket }), ...(key === undefined ? {} : { key }) },
    query,
    headers: { host: endpoint.host, ...headers },
  };
  if (request.isAnonymous) {
    return message;
  }
  return signV4Header(
    message,
    {
      credentials: request.credentials ?? testCredentials,
      time: request.time ?? new Date(),
      region: request.region ?? "cn-hangzhou",
    },
    nodeSigningCrypto,
  );
}

async function sendTestRequest(request: TestRequest, endpoint: Endpoint): Promise<TestResponse> {
  const signed = await signTestRequest(request, endpoint);
  const { target } = requestAddress(endpoint, signed.resource, signed.query);
  const body = request.body ?? "";
  // The length comes last: behind it, Node takes a Content-Disposition for Latin-1 and breaks it.
  const headers = { ...encodeHeaders(signed.headers), "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: endpoint.hostname,
        port: endpoint.port,
        method: signed.method,
        path: request.rawTarget ?? target,
        headers,
        agent: false,
      },
      async (incoming) => {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of incoming) {
            chunks.push(chunk as Buffer);
          }
        } catch (brokenConnection) {
          reject(brokenConnection);
          return;
        }
        resolve(responseOf(incoming.statusCode ?? 0, incoming.headers, Buffer.concat(chunks)));
      },
    );
    outgoing.on("error", reject);
    // Apart from the end, and as bytes: Node sends headers that go together with either as UTF-8, which they are already.
    if (body.length > 0) {
      outgoing.write(Buffer.from(body));
    }
    outgoing.end();
  });
}

/** OSS's headers are UTF-8; Node takes bytes as Latin-1. */
function encodeHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, "utf8").toString("latin1")]),
  );
}

function responseOf(status: number, headers: IncomingHttpHeaders, body: Buffer): TestResponse {
  const text = body.toString("utf8");
  return {
    status,
    headers,
    body,
    text,
    element: (name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1],
    elements: (name) =>
      [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, inner = ""]) => inner),
  };
}
