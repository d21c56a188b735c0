// The embedded store's database, which can be brought into any state that it was in: its rows are all that it has, so a
// state is its rows. Each call is a transaction that has ended when it returns; the disk is not waited for.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { MetadataDatabase } from "../../../src/storage/embedded/metadata-database.ts";
import { errorOf, type OperationName } from "../../../src/storage/embedded/metadata-messages.ts";
import { packInput } from "../../../src/storage/embedded/packed-inputs.ts";
import { unpackOutput } from "../../../src/storage/embedded/packed-outputs.ts";
import { openDatabase } from "../../../src/storage/embedded/schema.ts";
import { Numbering, type Result } from "./operation-calls.ts";
import type { FactsCall, FactsStep, StoredFacts } from "./stored-facts.ts";
import { NOW_MS } from "./world-content.ts";

type Rows = readonly (readonly SQLInputValue[])[];

/** One table: its rows can be read, and be replaced by others. */
interface Table {
  readonly readAll: () => Rows;
  readonly replaceAll: (rows: Rows) => void;
  readonly hasTriggers: boolean;
}

/** By table: its rows, and the same as text. */
type Contents = readonly { readonly rows: Rows; readonly text: string }[];

export class FactsInDatabase implements StoredFacts, Disposable {
  readonly none: number;
  readonly isLasting = true;
  readonly #database: DatabaseSync;
  readonly #tables: readonly Table[];
  /** For the second one the leases of the first are dead. They have nothing else that is not in the database. */
  readonly #processes: readonly [MetadataDatabase, MetadataDatabase];
  readonly #states = new Numbering<Contents>((tables) => tables.map(({ text }) => text).join("\n"));
  #state: number;

  /** @param folder  empty */
  constructor(folder: string) {
    this.#database = openDatabase(join(folder, "metadata.sqlite"));
    this.#database.exec("PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;");
    // Those with triggers first: what a trigger does to another table while rows are replaced, that one's rows replace.
    const names = this.#database
      .prepare(
        `SELECT name, name IN (SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger') AS has_triggers
         FROM sqlite_schema WHERE type = 'table' ORDER BY has_triggers DESC`,
      )
      .all();
    this.#tables = names.map(({ name, has_triggers: hasTriggers }) =>
      openTable(this.#database, String(name), hasTriggers === 1),
    );
    this.#processes = [new MetadataDatabase(this.#database), new MetadataDatabase(this.#database)];
    this.#state = this.#states.numberOf(this.#read());
    this.none = this.#state;
  }

  get stateCount(): number {
    return this.#states.count;
  }

  async step(before: number, { name, input }: FactsCall, process: 0 | 1): Promise<FactsStep> {
    this.#goTo(before);
    const operation = name as OperationName;
    const request = { id: 1, operation, input: packInput(operation, input), nowMs: NOW_MS };
    const [answer] = this.#processes[process].run([request]);
    assert.ok(answer !== undefined, `${name} was not answered`);
    this.#state = this.#states.numberOf(this.#read());
    return { after: this.#state, result: resultOf(operation, answer) };
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #read(): Contents {
    return this.#tables.map(({ readAll }) => {
      const rows = readAll();
      return { rows, text: JSON.stringify(rows) };
    });
  }

  #goTo(state: number): void {
    if (this.#state === state) {
      return;
    }
    const there = this.#states.thing(this.#state);
    const wanted = this.#states.thing(state);
    this.#database.exec("BEGIN");
    let isTriggered = false;
    for (const [index, table] of this.#tables.entries()) {
      const { rows, text } = wanted[index] ?? { rows: [], text: "" };
      if (isTriggered || there[index]?.text !== text) {
        table.replaceAll(rows);
        isTriggered ||= table.hasTriggers;
      }
    }
    this.#database.exec("COMMIT");
    this.#state = state;
  }
}

function openTable(database: DatabaseSync, name: string, hasTriggers: boolean): Table {
  const select = database.prepare(`SELECT * FROM ${name}`);
  select.setReturnArrays(true);
  const remove = database.prepare(`DELETE FROM ${name}`);
  const insert: StatementSync = database.prepare(
    `INSERT INTO ${name} VALUES (${select
      .columns()
      .map(() => "?")
      .join(", ")})`,
  );
  return {
    hasTriggers,
    readAll: () => select.all() as unknown as Rows,
    replaceAll: (rows) => {
      remove.run();
      for (const row of rows) {
        insert.run(...row);
      }
    },
  };
}

function resultOf(name: OperationName, answer: ReturnType<MetadataDatabase["run"]>[number]): Result {
  if ("error" in answer) {
    return { error: answer.error };
  }
  if ("refusal" in answer) {
    return { error: errorOf(answer.refusal) };
  }
  return { value: unpackOutput(name, answer.value) };
}
