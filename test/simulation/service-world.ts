// A real server on loopback over one of the stores, its clock in our hand, and a client of it that tries once.
import type { Caller } from "../../src/client/call.ts";
import { createCaller } from "../../src/client/client-options.ts";
import { systemClock } from "../../src/client/clock.ts";
import { nodePlatform } from "../../src/client/node/node-platform.ts";
import { createNodeTransport } from "../../src/client/node/node-transport.ts";
import type { Transport } from "../../src/client/transport.ts";
import type { Headers } from "../../src/protocol/http-message.ts";
import { fixedCredentials, type RunningServer, startServer } from "../../src/server/index.ts";
import { openEmbeddedStore, openMemoryStore, type Store } from "../../src/storage/index.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";

export type StoreKind = "embedded" | "memory";

const credentials = { accessKeyId: "test-id", accessKeySecret: "test-secret" };
const REGION = "cn-hangzhou";

export class ServiceWorld implements AsyncDisposable {
  /** What the server takes for now, in whole seconds: they are all that the wire can say. */
  nowMs: number = Date.parse("2026-11-22T12:00:00Z");
  /** Of the last answer: our client's errors have only what stands in their document. */
  answerHeaders: Headers = {};
  readonly #reopen: (() => Promise<Store>) | undefined;
  readonly #resources: AsyncDisposableStack;
  readonly #transport: Transport;
  #store: Store;
  #server: RunningServer;
  #caller: Caller;

  private constructor(
    resources: AsyncDisposableStack,
    store: Store,
    server: RunningServer,
    reopen: (() => Promise<Store>) | undefined,
  ) {
    this.#resources = resources;
    this.#store = store;
    this.#server = server;
    this.#reopen = reopen;
    const transport = createNodeTransport();
    this.#transport = {
      close: () => transport.close(),
      send: async (request) => {
        const response = await transport.send(request);
        this.answerHeaders = response.headers;
        return response;
      },
    };
    this.#caller = this.#connect();
  }

  static async open(kind: StoreKind): Promise<ServiceWorld> {
    const resources = new AsyncDisposableStack();
    const folder = kind === "embedded" ? resources.use(await makeTemporaryFolder()) : undefined;
    const reopen = folder && (() => openEmbeddedStore(folder.path));
    const store = await (reopen ?? openMemoryStore)();
    let world: ServiceWorld | undefined;
    const server = await serve(store, () => world?.nowMs ?? 0);
    world = new ServiceWorld(resources, store, server, reopen);
    return world;
  }

  get caller(): Caller {
    return this.#caller;
  }

  /** Over the memory store, which forgets, it does nothing. */
  async restart(): Promise<void> {
    if (this.#reopen === undefined) {
      return;
    }
    await this.#close();
    this.#store = await this.#reopen();
    this.#server = await serve(this.#store, () => this.nowMs);
    this.#caller = this.#connect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await this.#resources.disposeAsync();
  }

  #connect(): Caller {
    const options = { region: REGION, attempts: 1, transport: this.#transport };
    const clock = { ...systemClock, now: () => this.nowMs };
    return createCaller(credentials, this.#server.endpoint, options, { ...nodePlatform(), clock });
  }

  async #close(): Promise<void> {
    await this.#server.drain(1_000);
    await this.#store[Symbol.asyncDispose]();
  }
}

function serve(store: Store, now: () => number): Promise<RunningServer> {
  return startServer({ store, credentials: fixedCredentials([credentials]), region: REGION, now });
}
