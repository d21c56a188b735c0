// A process that uploads a file and says how far it is, a line a phase. It is killed again and again; the same command
// goes on.
import { writeSync } from "node:fs";
import { Bucket, createNodeTransport, type Transport } from "../../../src/client/node/index.ts";
import type { UploadEvent } from "../../../src/client/upload/upload-event.ts";
import type { UploadJob, UploadPhase } from "./upload-phase.ts";

/** A phase of some microseconds cannot be hit; a slow machine makes it longer. */
const LINGER_MS = 15;

const { endpoint, bucketName, key, path, journalFolder, ...job } = JSON.parse(
  process.argv[2] ?? "{}",
) as UploadJob;
let told: string | undefined;

const transport = tellingTransport(createNodeTransport());
const bucket = new Bucket(job, endpoint, bucketName, { region: "cn-hangzhou", transport });
tell("started");
const { crc64 } = await bucket.upload(key, path, {
  checkpoint: journalFolder,
  partSize: job.partSizeBytes,
  multipartThreshold: 0,
  concurrency: job.concurrency,
  onEvent: tellPhase,
});
tell(`done ${crc64}`);
transport.close();

function tellPhase(event: UploadEvent): void {
  if (event.type !== "progress") {
    return;
  }
  const { phase, partsDone, partCount } = event;
  if (phase === "resuming" || phase === "initiating") {
    tell(phase);
  } else if (phase === "uploading" && partsDone === partCount) {
    tell("last-part");
    linger();
  } else if (phase === "uploading") {
    tell("uploading");
  }
}

/** The completion and its answer are seen where they pass. */
function tellingTransport(inner: Transport): Transport {
  return {
    close: () => inner.close(),
    async send(request) {
      const isCompletion = request.method === "POST" && request.address.target.includes("uploadId=");
      if (isCompletion) {
        tell("completing");
      }
      const response = await inner.send(request);
      if (isCompletion) {
        tell("answered");
        linger();
      }
      return response;
    },
  };
}

/** At once: a line in a buffer would die with the process. */
function tell(line: UploadPhase | `done ${bigint}`): void {
  if (line !== told) {
    told = line;
    writeSync(1, `${line}\n`);
  }
}

function linger(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LINGER_MS);
}
