// Those who are compared, as the rows of the bench see them: a server, and how requests to it are made.
import { join } from "node:path";
import { readCredentials } from "../../src/cli/data-folder.ts";
import { Bucket } from "../../src/client/node/index.ts";
import type { Bodies } from "./bodies.ts";
import type { PreparedRequest } from "./load.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";
import { type SignTarget, targetSigner } from "./sign-target.ts";

export interface PartsToSend {
  readonly count: number;
  readonly sizeBytes: number;
}

export interface Contestant extends AsyncDisposable {
  readonly name: string;
  readonly server: ServerProcess;
  /** A new upload's parts, from number 1 on. */
  prepareParts(parts: PartsToSend): Promise<readonly PreparedRequest[]>;
  /** What the head of the answer to such a part must contain. */
  expectedOfPart(sizeBytes: number): readonly string[];
}

/** Our own server, with what else its bench needs. */
export interface OurServer extends Contestant {
  readonly bucket: Bucket;
  readonly sign: SignTarget;
  readonly folder: string;
}

export interface OurOptions {
  readonly name: string;
  /** The data folder; made when it is not there. */
  readonly folder: string;
  readonly workFolder: string;
  /** Flags of `partwise serve` besides the folder and the port. */
  readonly flags: readonly string[];
  readonly bodies: Bodies;
  /** The program that is run with these arguments; default: `partwise serve`. */
  readonly program?: readonly string[];
}

export const BUCKET_NAME = "bench";
const repository = join(import.meta.dirname, "../..");

/** `partwise serve` on loopback, with its bucket. */
export async function startOurs(options: OurOptions): Promise<OurServer> {
  const { name, folder, workFolder, flags, bodies } = options;
  const program = options.program ?? [join(repository, "src/cli/main.ts"), "serve"];
  const server = await startServerProcess({
    command: process.execPath,
    args: [...program, "--data", folder, "--port", "0", ...flags],
    ready: / at (http:\S+)$/,
    workFolder,
  });
  const auth = await readCredentials(folder);
  if (auth === undefined) {
    throw new Error(`${folder} has no credentials`);
  }
  const bucket = new Bucket(auth, server.endpoint, BUCKET_NAME, { region: "cn-hangzhou" });
  await bucket.createBucket();
  const sign = targetSigner(server.endpoint, auth);
  let uploadCount = 0;
  return {
    name,
    server,
    bucket,
    sign,
    folder,
    async prepareParts({ count, sizeBytes }) {
      uploadCount += 1;
      const key = `upload-${uploadCount}`;
      const { uploadId } = await bucket.initMultipartUpload(key);
      return await partRequests(sign, { key, uploadId }, { count, sizeBytes });
    },
    expectedOfPart(sizeBytes) {
      const { md5, crc64 } = bodies.digests(sizeBytes);
      return [`etag: "${md5}"`, `x-oss-hash-crc64ecma: ${crc64}`];
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Each signed by itself, as clients do. */
export async function partRequests(
  sign: SignTarget,
  { key, uploadId }: { readonly key: string; readonly uploadId: string },
  { count, sizeBytes }: PartsToSend,
): Promise<readonly PreparedRequest[]> {
  const resource = { bucket: BUCKET_NAME, key };
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const query = [["partNumber", String(index + 1)] as const, ["uploadId", uploadId] as const];
      const target = await sign("PUT", resource, query);
      return { method: "PUT" as const, target, body: { offset: 0, sizeBytes } };
    }),
  );
}

export interface BaselineOptions {
  readonly name: string;
  /** The file in bench/baseline, without its ending. */
  readonly program: string;
  readonly workerCount: number;
  /** Behind the number of workers. */
  readonly args?: readonly string[];
  readonly workFolder: string;
  /** Whether it computes digests. */
  readonly bodies?: Bodies;
}

export async function startBaseline(options: BaselineOptions): Promise<Contestant> {
  const { name, program, workerCount, args = [], workFolder, bodies } = options;
  const server = await startServerProcess({
    command: process.execPath,
    args: [join(repository, "bench/baseline", `${program}.ts`), String(workerCount), ...args],
    ready: /^(\d+)$/,
    workFolder,
  });
  return {
    name,
    server,
    async prepareParts({ count, sizeBytes }) {
      return Array.from({ length: count }, (_, index) => ({
        ...{ method: "PUT", target: `/${BUCKET_NAME}/upload?partNumber=${index + 1}` },
        body: { offset: 0, sizeBytes },
      })) satisfies readonly PreparedRequest[];
    },
    expectedOfPart(sizeBytes) {
      const digests = bodies?.digests(sizeBytes);
      return digests === undefined
        ? []
        : [`etag: "${digests.md5}"`, `x-oss-hash-crc64ecma: ${digests.crc64}`];
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
