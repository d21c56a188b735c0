// A service behind a network that treats each run of an upload as its test wants. There is one network for all runs: to a
// client another endpoint would be another target, where no earlier run left anything.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { FileJournals } from "../../src/client/node/file-journals.ts";
import type { UploadEvent } from "../../src/client/upload/upload-event.ts";
import type { UploadHandle } from "../../src/client/upload/upload-handle.ts";
import type { UploadResult } from "../../src/client/upload/upload-result.ts";
import type { ScriptedService } from "./scripted-service.ts";
import {
  type Fate,
  type PartRequest,
  partsSent,
  startNetwork,
  startUploadService,
  type UploadService,
} from "./upload-service.ts";

export interface UnsteadyService extends UploadService {
  readonly network: ScriptedService;
  /** What the network does from now on; at first it passes everything on. */
  fateOf: (request: PartRequest) => Fate;
  newJournals(): Promise<FileJournals>;
  /** An upload that has just begun, at its end. One that fails is no failure of the test. */
  outcomeOf(handle: UploadHandle): Promise<UploadOutcome>;
}

export interface UploadOutcome {
  readonly result: UploadResult | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever was thrown
  readonly error: any;
  readonly events: readonly UploadEvent[];
  /** That came through the network meanwhile. */
  readonly requests: readonly string[];
  /** The numbers of the parts among them. */
  readonly sent: readonly number[];
}

export async function startUnsteadyService(): Promise<UnsteadyService> {
  const service = await startUploadService();
  const network = await startNetwork(service.endpoint, (request) => unsteady.fateOf(request));
  const unsteady: UnsteadyService = {
    ...service,
    network,
    fateOf: () => "pass",
    async newJournals() {
      return new FileJournals({ folder: await mkdtemp(join(service.folder, "journals-")) });
    },
    async outcomeOf(handle) {
      const requestCountBefore = network.requests.length;
      const told = allOf(handle);
      const [outcome] = await Promise.allSettled([handle]);
      const requests = network.requests.slice(requestCountBefore);
      return {
        result: outcome.status === "fulfilled" ? outcome.value : undefined,
        error: outcome.status === "rejected" ? outcome.reason : undefined,
        events: await told,
        requests,
        sent: partsSent({ requests }),
      };
    },
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
  return unsteady;
}

async function allOf(handle: UploadHandle): Promise<readonly UploadEvent[]> {
  const events: UploadEvent[] = [];
  for await (const event of handle) {
    events.push(event);
  }
  return events;
}
