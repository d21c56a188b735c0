// A server over one data folder: what `partwise serve` runs, and `partwise try` as a process of its own.
import { resolve } from "node:path";
import type { Certificate } from "../server/index.ts";
import { openSharedStore } from "../storage/index.ts";
import { answerAlone } from "./answer-alone.ts";
import { assertCanServe } from "./assert-can-serve.ts";
import { removeServerLocation, writeServerLocation } from "./data-folder.ts";
import { prepareIdentities } from "./folder-identities.ts";
import { limitHeapGrowth } from "./limit-heap-growth.ts";
import { ClockWatch } from "./monitoring/clock-watch.ts";
import type { ServerLog } from "./monitoring/server-log.ts";
import { startMonitoring } from "./monitoring/start-monitoring.ts";
import { OpenedPieces } from "./opened-pieces.ts";
import { startScrubs } from "./scrubbing/start-scrubs.ts";
import type { Answering, DataFolderServer, ServeOptions } from "./serve-options.ts";
import { expiryMistake, readCertificate } from "./tls-files.ts";

/**
 * Opens the folder, makes users and keys on the first start, and listens. Disposing lets the requests under way finish,
 * collects the garbage and closes the store. For a process that is nothing but this server: its heap is kept small.
 *
 * @throws {StorageError} folder-in-use, folder-unusable, format-unknown @throws {IdentityError} @throws {ServerStartError}
 */
export async function serveDataFolder(options: ServeOptions): Promise<DataFolderServer> {
  limitHeapGrowth();
  const settings = { ...options, data: resolve(options.data) };
  // Whoever listens reads it again; but a mistake in it is to leave no folder behind.
  const certificate = settings.tls && (await readCertificate(settings.tls));
  const answering = await answeringFor(settings);
  try {
    return await openAndAnswer(settings, answering, certificate);
  } catch (failure) {
    await answering[Symbol.asyncDispose]();
    throw failure;
  }
}

/** Those who answer: this process, or several others, which load their programs while the store is opened. */
async function answeringFor({ workers = 1 }: ServeOptions): Promise<Answering> {
  if (workers === 1) {
    return answerAlone();
  }
  // Loaded here, so that a server of one process starts without it.
  const { answerByWorkers } = await import("./answer-by-workers.ts");
  return answerByWorkers(workers);
}

async function openAndAnswer(
  options: ServeOptions,
  answering: Answering,
  certificate: Certificate | undefined,
): Promise<DataFolderServer> {
  const { data, region } = options;
  const open = new OpenedPieces();
  try {
    const monitoring = open.add(await startMonitoring(options, answering.role));
    tellExpiry(certificate, options, monitoring.log);
    open.add(new ClockWatch({ note: monitoring.log.note }));
    const store = open.add(await openSharedStore(data, { reserveBytes: options.reserve ?? 0 }));
    await assertCanServe(options);
    const { store: credentials, rootKey } = await prepareIdentities(options, monitoring.log);
    open.add(answering);
    const endpoint = await answering.begin({ options, store, credentials, monitoring });
    const scrub = await startScrubs(store, options, monitoring.log);
    open.add(scrub);
    const isAnswering = () => answering.isAnswering();
    const monitor = await monitoring.listen({ store, folder: data, scrub: scrub.schedule, isAnswering });
    await writeServerLocation(data, { endpoint, region, pid: process.pid });
    return {
      endpoint,
      monitor,
      failed: store.failed,
      ...(rootKey && { rootKey }),
      async [Symbol.asyncDispose]() {
        monitoring.tellStopping();
        await removeServerLocation(data);
        await open[Symbol.asyncDispose]();
      },
    };
  } catch (failure) {
    await open[Symbol.asyncDispose]();
    throw failure;
  }
}

function tellExpiry(certificate: Certificate | undefined, { tls }: ServeOptions, log: ServerLog): void {
  const mistake = certificate && expiryMistake(certificate, tls?.cert ?? "", Date.now());
  if (mistake !== undefined) {
    log.note(mistake);
  }
}
