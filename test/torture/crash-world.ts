// What the rounds of a crash torture have in common: buckets, what was acknowledged in them, a load, and the audit.
import { openEmbeddedStore } from "../../src/storage/index.ts";
import { bucketRecord } from "../contract/metadata/records.ts";
import type { ServedFolder } from "../e2e/server-process.ts";
import { auditObjects, type EndedUploads } from "./audit-objects.ts";
import { auditVersions } from "./audit-versions.ts";
import { runLoad } from "./kill-load.ts";
import { contentOf, Ledger } from "./ledger.ts";
import { type SeededRandom, seededBytes } from "./seeded-random.ts";
import { VersionLedger } from "./version-ledger.ts";
import type { Durations, WatchedCalls } from "./watched-calls.ts";

const BUCKET = "torture";
const VERSIONED_BUCKET = "torture-versions";
const WORKER_COUNT = 4;
const CALLS_AFTER_LOSS = 4;

export class CrashWorld {
  readonly durations: Durations = new Map();
  readonly ended: EndedUploads = { finished: 0, aborted: 0 };
  readonly #ledger = new Ledger();
  readonly #versionLedger = new VersionLedger();
  readonly #random: SeededRandom;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  get acknowledgedCount(): number {
    return this.#ledger.acknowledgedCount + this.#versionLedger.acknowledgedCount;
  }

  /** Makes the buckets, in a folder that no server has. */
  async prepare(folder: string): Promise<void> {
    await using store = await openEmbeddedStore(folder);
    await store.metadata.createBucket(bucketRecord({ name: BUCKET }));
    await store.metadata.createBucket(bucketRecord({ name: VERSIONED_BUCKET, versioning: "Enabled" }));
  }

  /** @throws {AssertionError} when anything acknowledged is missing or changed */
  async audit(server: ServedFolder): Promise<void> {
    await auditObjects(server.bucket(BUCKET, { attempts: 1 }), this.#ledger, this.ended);
    await auditVersions(server.bucket(VERSIONED_BUCKET, { attempts: 1 }), this.#versionLedger);
  }

  /** A worker is gone: other requests are answered, by those that are left or by the one that takes its place. */
  async assertServiceGoesOn(server: ServedFolder): Promise<void> {
    const bucket = server.bucket(BUCKET);
    for (let index = 0; index < CALLS_AFTER_LOSS; index += 1) {
      const key = `goes on/${index}`;
      const bytes = seededBytes(this.#random.integer(1, 2 ** 31), 10_000);
      await this.#ledger.change(key, contentOf(bytes), () => bucket.putObject(key, bytes));
    }
  }

  /** @returns workers, each until the calls are over */
  startLoad(server: ServedFolder, calls: WatchedCalls): readonly Promise<void>[] {
    return Array.from({ length: WORKER_COUNT }, (_, worker) =>
      runLoad({
        bucket: server.bucket(BUCKET, { attempts: 1 }),
        versionedBucket: server.bucket(VERSIONED_BUCKET, { attempts: 1 }),
        ledger: this.#ledger,
        versionLedger: this.#versionLedger,
        ...{ random: this.#random, worker },
        isOver: () => calls.isOver(),
        call: (operation, act) => calls.call(operation, act),
      }),
    );
  }
}
