// The process that worker-pool.ts starts: one of several that answer requests over one data folder.
import { exit } from "node:process";
import { ServerStartError } from "../server/index.ts";
import { joinEmbeddedStore } from "../storage/index.ts";
import { describeFailure } from "./failure.ts";
import { openIdentityStore } from "./folder-identities.ts";
import { limitHeapGrowth } from "./limit-heap-growth.ts";
import { listenOver, renewCertificate } from "./listen-over.ts";
import { startMonitoring } from "./monitoring/start-monitoring.ts";
import { OpenedPieces } from "./opened-pieces.ts";
import type { ServeOptions } from "./serve-options.ts";
import { linkToOwner, sendToOwner } from "./worker-link.ts";
import type { MessageToWorker } from "./worker-messages.ts";

limitHeapGrowth();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  // A terminal or a supervisor tells the whole group; the owner of the folder tells the workers what to do.
  process.on(signal, () => undefined);
}
const link = linkToOwner();
// Nothing that this process could still answer would be true: it has nobody to commit it.
void link.ended.then(() => exit(1));
const told = new Promise<undefined>((resolve) => onMessage("drain", () => resolve(undefined)));
const duty = new Promise<ServeOptions>((resolve) =>
  onMessage("serve", (message) => resolve(message.options)),
);
sendToOwner({ kind: "ready" });
const options = await Promise.race([duty, told]);
if (options !== undefined) {
  await serve(options).catch(refuse);
}
exit();

async function serve(options: ServeOptions): Promise<void> {
  await using open = new OpenedPieces();
  const monitoring = open.add(await startMonitoring(options, "worker"));
  const reserveBytes = options.reserve ?? 0;
  const store = open.add(await joinEmbeddedStore(options.data, link, { reserveBytes }));
  const credentials = openIdentityStore(options.data, monitoring.log);
  const settings = { ...options, lifecycleInterval: "never" } as const;
  const server = open.add(await listenOver(store, credentials, settings, monitoring));
  open.add(renewCertificate(server, options, monitoring));
  sendToOwner({ kind: "listening", endpoint: server.endpoint });
  await told;
}

/** Ends the process once the owner has been told. */
async function refuse(failure: unknown): Promise<never> {
  const reason = describeFailure(failure);
  const code = failure instanceof ServerStartError ? { code: failure.code } : {};
  await new Promise<void>((resolve) => sendToOwner({ kind: "refused", reason, ...code }, resolve));
  exit(1);
}

function onMessage<Kind extends MessageToWorker["kind"]>(
  kind: Kind,
  listener: (message: Extract<MessageToWorker, { readonly kind: Kind }>) => void,
): void {
  process.on("message", (message: MessageToWorker) => {
    if (message.kind === kind) {
      listener(message as Extract<MessageToWorker, { readonly kind: Kind }>);
    }
  });
}
