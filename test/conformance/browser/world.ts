// What a scenario of the browser's suite works with: a bucket that a page may use, the page, and the gate before the service.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call } from "../../../src/client/call.ts";
import { createCaller } from "../../../src/client/client-options.ts";
import { Bucket } from "../../../src/client/node/bucket.ts";
import { nodePlatform } from "../../../src/client/node/node-platform.ts";
import { putBucketCors } from "../../../src/protocol/operations/put-bucket-cors.ts";
import type { TestServer } from "../suite.ts";
import type { Browser, BrowserContext, Page } from "./chromium.ts";
import { type Gate, openGate } from "./gate.ts";
import { type PageServer, servePage } from "./page-server.ts";

export interface Outcome {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly name: string; readonly code: string; readonly message: string };
}

export interface World extends AsyncDisposable {
  readonly page: Page;
  readonly pages: PageServer;
  readonly gate: Gate;
  /** The same bucket, from outside the browser. */
  readonly bucket: Bucket;
  /** A bucket that no page may use. */
  readonly closedBucketName: string;
  /** A bucket that pages may use, but of whose answers they see no header that is not every page's to see. */
  readonly hidingBucket: Bucket;
  /** Lets pages see of that bucket's answers what they need. */
  showHeaders(): Promise<void>;
  /** Calls a function of page/main.ts. What it takes and gives is plain. */
  ask(name: string, ...words: readonly unknown[]): Promise<unknown>;
  upload(auth: "key" | "urls", key: string, from: object | "file", options?: object): Promise<Outcome>;
  /** Has the user pick the file. */
  pick(path: string): Promise<void>;
  writeFile(name: string, bytes: Uint8Array): Promise<string>;
  settings(auth: "key" | "urls"): object;
  /** Takes the network from the page. */
  setOffline(isOffline: boolean): Promise<void>;
}

/** How long a page may take for anything. */
const PAGE_TIMEOUT_MS = 60_000;
/** What a page needs to see of an answer. */
const EXPOSED_HEADERS = ["ETag", "x-oss-hash-crc64ecma", "x-oss-request-id", "x-oss-version-id"];

export async function openWorld(server: TestServer, browser: Browser, name: string): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "partwise-browser-"));
  const gate = await openGate(server.endpoint);
  const pages = await servePage(server, () => gate.endpoint);
  const { region } = server;
  const bucket = new Bucket(server, server.endpoint, `browser-${name}`, { region });
  const closedBucketName = `browser-${name}-closed`;
  await bucket.createBucket();
  await new Bucket(server, server.endpoint, closedBucketName, { region }).createBucket();
  await allowPages(server, bucket.name, pages.origin, EXPOSED_HEADERS);
  const hidingBucket = new Bucket(server, server.endpoint, `browser-${name}-hiding`, { region });
  await hidingBucket.createBucket();
  await allowPages(server, hidingBucket.name, pages.origin, []);
  const context: BrowserContext = await browser.newContext();
  context.setDefaultTimeout(PAGE_TIMEOUT_MS);
  const page = await context.newPage();
  await page.goto(pages.origin);

  const settings = (auth: "key" | "urls") => ({ endpoint: gate.endpoint, region, bucket: bucket.name, auth });
  const ask = (functionName: string, ...words: readonly unknown[]) =>
    page.evaluate(`test.${functionName}(...${JSON.stringify(words)})`);
  return {
    page,
    pages,
    gate,
    bucket,
    closedBucketName,
    hidingBucket,
    showHeaders: () => allowPages(server, hidingBucket.name, pages.origin, EXPOSED_HEADERS),
    ask,
    settings,
    setOffline: (isOffline) => context.setOffline(isOffline),
    async upload(auth, key, from, options = {}) {
      return (await ask("upload", settings(auth), key, from, options)) as Outcome;
    },
    async pick(path) {
      await page.setInputFiles("input", path);
      // Only then the browser has looked at what the file is.
      await page.waitForFunction("document.querySelector('input').files[0]?.lastModified > 0");
    },
    async writeFile(fileName, bytes) {
      const path = join(folder, fileName);
      await writeFile(path, bytes);
      return path;
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await pages[Symbol.asyncDispose]();
      await gate[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function allowPages(
  server: TestServer,
  bucket: string,
  origin: string,
  exposeHeaders: readonly string[],
): Promise<void> {
  const caller = createCaller(server, server.endpoint, { region: server.region }, nodePlatform());
  await call(caller, putBucketCors, {
    bucket,
    configuration: {
      rules: [
        {
          allowedOrigins: [origin],
          allowedMethods: ["GET", "PUT", "POST", "DELETE", "HEAD"],
          allowedHeaders: ["*"],
          exposeHeaders,
        },
      ],
      responseVary: false,
    },
  });
}
