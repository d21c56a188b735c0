// What runs inside the page of the browser's scenarios. The test drives it by the functions that it puts on the window;
// everything that goes in and out is plain values.
import {
  Bucket,
  ClientError,
  type Credentials,
  createIndexedDbJournals,
  type RequestToSign,
  type TemporaryCredentials,
  type UploadOptions,
  type UploadProgress,
} from "../../../../src/client/browser/index.ts";
import { checkJournalLaw } from "./journal-laws.ts";

/** What the test says about the server, before anything else. */
interface PageSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Keys come from a function in one half of the scenarios, signed URLs in the other. */
  readonly auth: "key" | "urls";
  readonly timeoutMs?: number;
  readonly attempts?: number;
  readonly maxBandwidth?: number;
}

interface Outcome {
  readonly result?: object;
  readonly error?: { readonly name: string; readonly code: unknown; readonly message: string };
}

type Sources = { readonly bytes: number } | "file";

const test = {
  progress: undefined as UploadProgress | undefined,
  events: [] as string[],
  controller: new AbortController(),
  createIndexedDbJournals,
  checkJournalLaw,

  async upload(
    settings: PageSettings,
    key: string,
    from: Sources,
    options: Omit<UploadOptions, "onEvent" | "onProgress" | "signal"> = {},
  ): Promise<Outcome> {
    test.controller = new AbortController();
    try {
      const result = await bucketOf(settings).upload(key, sourceOf(from), {
        ...options,
        signal: test.controller.signal,
        onEvent: ({ type }) => test.events.push(type),
        onProgress: (progress) => {
          test.progress = progress;
        },
      });
      return { result: JSON.parse(plain(result)) };
    } catch (error) {
      return { error: outcomeOf(error) };
    }
  },

  async openUploads(settings: PageSettings, prefix: string): Promise<number> {
    return (await bucketOf(settings).listMultipartUploads({ prefix })).uploads.length;
  },

  async failureOf(settings: PageSettings, key: string): Promise<Outcome> {
    try {
      await bucketOf(settings).putObject(key, "x");
      return {};
    } catch (error) {
      return { error: outcomeOf(error) };
    }
  },
};

export type TestPage = typeof test;

Object.assign(globalThis, { test });

function bucketOf({ endpoint, bucket, auth, ...options }: PageSettings): Bucket {
  return new Bucket(auth === "urls" ? { sign } : getKey, endpoint, bucket, options);
}

async function getKey(): Promise<TemporaryCredentials> {
  const { expiration, ...key } = (await askServer("/key", {})) as Credentials & { expiration: string };
  return { ...key, expiration: new Date(expiration) };
}

async function sign(request: RequestToSign): Promise<string> {
  return (await askServer("/sign", request)) as string;
}

async function askServer(path: string, question: object): Promise<unknown> {
  const response = await fetch(path, { method: "POST", body: JSON.stringify(question) });
  return response.json();
}

function sourceOf(from: Sources): File | Uint8Array {
  if (from !== "file") {
    return new Uint8Array(from.bytes).fill(7);
  }
  const file = document.querySelector("input")?.files?.[0];
  if (file === undefined) {
    throw new Error("no file was picked");
  }
  return file;
}

function outcomeOf(error: unknown): NonNullable<Outcome["error"]> {
  const { name, message } = error as Error;
  return {
    name,
    message,
    code: error instanceof ClientError ? error.code : (error as { code?: unknown }).code,
  };
}

function plain(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner));
}
