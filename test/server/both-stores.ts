// What a server does must not depend on where its bytes live.
import { after, before, describe } from "node:test";
import { openEmbeddedStore, openMemoryStore } from "../../src/storage/index.ts";
import { makeTemporaryFolder } from "../storage/temporary-folder.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

/** Declares `tests` twice, over a server in memory and over one on disk; inside a test `service()` is the server. */
export function describeOverBothStores(name: string, tests: (service: () => TestServer) => void): void {
  for (const [place, open] of [
    ["in memory", openInMemory],
    ["on disk", openOnDisk],
  ] as const) {
    describe(`${name}, ${place}`, () => {
      const resources = new AsyncDisposableStack();
      let server: TestServer | undefined;
      before(async () => {
        server = resources.use(await startTestServer({ store: await open(resources) }));
      });
      after(() => resources.disposeAsync());
      tests(() => {
        if (server === undefined) {
          throw new Error("the server is there only while a test runs");
        }
        return server;
      });
    });
  }
}

function openInMemory() {
  return openMemoryStore();
}

async function openOnDisk(resources: AsyncDisposableStack) {
  const folder = resources.use(await makeTemporaryFolder());
  return openEmbeddedStore(folder.path);
}
