// The embedded store's database without its thread: each call is a transaction that has ended when it returns, so a test
// can run thousands of schedules over it. The disk is not waited for: a process that is lost takes nothing of it along.
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { MetadataDatabase } from "../../../src/storage/embedded/metadata-database.ts";
import { errorOf, type OperationName } from "../../../src/storage/embedded/metadata-messages.ts";
import { packInput } from "../../../src/storage/embedded/packed-inputs.ts";
import { unpackOutput } from "../../../src/storage/embedded/packed-outputs.ts";
import { openDatabase } from "../../../src/storage/embedded/schema.ts";
import type { MetadataStore } from "../../../src/storage/metadata-store.ts";

export class LastingDatabase implements Disposable {
  readonly #database: DatabaseSync;
  #process: MetadataDatabase;

  constructor(folder: string) {
    this.#database = openDatabase(join(folder, "metadata.sqlite"));
    this.#database.exec("PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;");
    this.#process = new MetadataDatabase(this.#database);
  }

  /** Removes every row; numbers that are given once go on. */
  empty(): void {
    const tables = this.#database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'counter'")
      .all();
    this.#database.exec(
      `BEGIN; ${tables.map(({ name }) => `DELETE FROM ${String(name)};`).join(" ")} COMMIT;`,
    );
  }

  /** Another process takes the database over: for it the leases of all earlier ones are dead. */
  restart(): void {
    this.#process = new MetadataDatabase(this.#database);
  }

  /** As the process sees it that runs now. */
  metadata(now: () => number): MetadataStore {
    const inner = this.#process;
    return new Proxy({} as MetadataStore, {
      get: (_target, property) => {
        const operation = property as OperationName;
        return async (...input: readonly unknown[]) => {
          const [answer] = inner.run([
            { id: 1, operation, input: packInput(operation, input), nowMs: now() },
          ]);
          if (answer === undefined || "error" in answer) {
            throw answer?.error ?? new Error(`${operation} was not answered`);
          }
          if ("refusal" in answer) {
            throw errorOf(answer.refusal);
          }
          return unpackOutput(operation, answer.value);
        };
      },
    });
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
