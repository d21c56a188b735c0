// One upload by one client, in a process of its own at the client's end of the link:
//
//   node upload-once.ts '{"client":"partwise","options":{},"endpoint":"http://198.18.0.2:8080","file":"/tmp/bytes"}'
//
// It prints one line of JSON and ends; earlier if its standard input does. The time is that of the upload alone: the
// client is loaded and made before it.

import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { Bucket, type UploadOptions } from "../../src/client/node/index.ts";
import type { UploadEvent } from "../../src/client/upload/upload-event.ts";
import { requirePeer } from "./peers.ts";

export type ClientName = "ali-oss" | "lib-storage" | "partwise";

export interface UploadOrder {
  readonly client: ClientName;
  /** Partwise's own; the others always run with their defaults. */
  readonly options: Pick<UploadOptions, "concurrency" | "partSize">;
  readonly endpoint: string;
  readonly file: string;
  /** After so long the upload is given up. */
  readonly limitSeconds: number;
}

export interface UploadReport {
  readonly seconds: number;
  /** User and system time of the process during the upload. */
  readonly cpuSeconds: number;
  /** Whether the upload was given up at the limit, which `seconds` then tells. */
  readonly isStopped: boolean;
  /** Why the client gave up; absent when it did not. */
  readonly failure?: string;
  /** What Partwise decided, and when; the others do not tell. */
  readonly decisions: readonly string[];
}

/** As much of ali-oss as this file uses; the package brings no types. */
interface AliOss {
  multipartUpload(name: string, file: string): Promise<unknown>;
}

/** As much of the AWS SDK as this file uses: its types are not installed where this is compiled. */
interface ClientS3 {
  readonly S3Client: new (options: object) => object;
}
interface LibStorage {
  readonly Upload: new (options: object) => { done(): Promise<unknown> };
}

const CREDENTIALS = { accessKeyId: "bench", accessKeySecret: "not a secret" };
const BUCKET = "bench";
const KEY = "object";
const REGION = "cn-hangzhou";

/** Where an upload stood that was given up. */
let lastProgress: UploadEvent | undefined;

if (import.meta.main) {
  process.stdin.resume().once("end", () => process.exit());
  const order: UploadOrder = JSON.parse(process.argv[2] ?? "");
  const report = await measure(prepare(order), order.limitSeconds);
  console.log(JSON.stringify(report));
  process.exit();
}

type Upload = (tell: (decision: string) => void) => Promise<unknown>;

/** Everything that comes before the first byte of the upload. */
function prepare(order: UploadOrder): Upload {
  switch (order.client) {
    case "partwise":
      return preparePartwise(order);
    case "ali-oss":
      return prepareAliOss(order);
    case "lib-storage":
      return prepareLibStorage(order);
  }
}

function preparePartwise({ options, endpoint, file }: UploadOrder): Upload {
  const bucket = new Bucket(CREDENTIALS, endpoint, BUCKET, { region: REGION });
  return async (tell) => {
    const { statistics } = await bucket.upload(KEY, file, {
      ...options,
      onEvent: (event) => {
        if (event.type === "progress") {
          lastProgress = event;
        }
        const decision = decisionOf(event);
        if (decision !== undefined) {
          tell(decision);
        }
      },
    });
    const { retryCount, duplicateCount, extraBytes } = statistics;
    tell(`${retryCount} retries, ${duplicateCount} duplicates, ${extraBytes} extra bytes`);
  };
}

function prepareAliOss({ endpoint, file }: UploadOrder): Upload {
  const AliOssClient = createRequire(import.meta.url)("ali-oss") as new (options: object) => AliOss;
  const settings = { endpoint, bucket: BUCKET, region: `oss-${REGION}`, sldEnable: true };
  const client = new AliOssClient({ ...CREDENTIALS, ...settings });
  return () => client.multipartUpload(KEY, file);
}

function prepareLibStorage({ endpoint, file }: UploadOrder): Upload {
  const { S3Client } = requirePeer<ClientS3>("@aws-sdk/client-s3");
  const { Upload } = requirePeer<LibStorage>("@aws-sdk/lib-storage");
  const credentials = { accessKeyId: CREDENTIALS.accessKeyId, secretAccessKey: CREDENTIALS.accessKeySecret };
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
  return () => {
    const params = { Bucket: BUCKET, Key: KEY, Body: createReadStream(file) };
    return new Upload({ client, params }).done();
  };
}

function decisionOf(event: UploadEvent): string | undefined {
  switch (event.type) {
    case "planned":
      return event.reasons.join("; ");
    case "window":
      return event.reason;
    case "part-duplicated":
      return `part ${event.partNumber} is sent again`;
    case "warning":
      return event.message;
    default:
      return undefined;
  }
}

async function measure(upload: Upload, limitSeconds: number): Promise<UploadReport> {
  const startMs = performance.now();
  const cpuStart = process.cpuUsage();
  let failure: string | undefined;
  const decisions: string[] = [];
  const tell = (decision: string): void => {
    decisions.push(`${((performance.now() - startMs) / 1_000).toFixed(1)} s: ${decision}`);
  };
  const limit = new Promise<"stopped">((resolve) => {
    setTimeout(() => resolve("stopped"), limitSeconds * 1_000).unref();
  });
  let isStopped = false;
  try {
    isStopped = (await Promise.race([upload(tell), limit])) === "stopped";
    if (isStopped) {
      tell(`given up: ${JSON.stringify(lastProgress)}`);
    }
  } catch (error) {
    failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(cpuStart);
  const cpuSeconds = (user + system) / 1e6;
  return { seconds, cpuSeconds, decisions, isStopped, ...(failure === undefined ? {} : { failure }) };
}
