// The database inside the worker: what it asks of SQLite, and what becomes of a batch that cannot be committed.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { MetadataDatabase } from "../../src/storage/embedded/metadata-database.ts";
import type {
  MetadataAnswer,
  MetadataRequest,
  OperationName,
  TravellingInput,
} from "../../src/storage/embedded/metadata-messages.ts";
import { packCompletion } from "../../src/storage/embedded/packed-completion.ts";
import { openDatabase } from "../../src/storage/embedded/schema.ts";
import type { Append } from "../../src/storage/index.ts";
import {
  BUCKET,
  bucketRecord,
  completionOf,
  NOW_MS,
  newAppend,
  newObject,
  partRecord,
  uploadRecord,
} from "../contract/metadata/records.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const UPLOAD = uploadRecord();
const ALL_PARTS = { afterPartNumber: 0, limit: 100 };
const ALL_GARBAGE = { nowMs: Number.MAX_SAFE_INTEGER, limit: 100 };

describe("openDatabase()", () => {
  it("has every commit on the disk before it returns, on a Mac too", async () => {
    await using folder = await makeTemporaryFolder();
    using database = openDatabase(join(folder.path, "metadata.sqlite"));

    const settings = ["journal_mode", "synchronous", "fullfsync"].map(
      (name) => database.prepare(`PRAGMA ${name}`).get()?.[name],
    );

    assert.deepEqual(settings, ["wal", 2, 1]);
  });

  it("refuses a file that can have no write-ahead log", () => {
    assert.throws(() => openDatabase(":memory:"), { code: "folder-unusable" });
  });
});

describe("MetadataDatabase, when the disk is full,", () => {
  it("refuses every request of the batch, and keeps nothing of it", async () => {
    await using world = await openWorld();

    const answers = world.whileFull(() => [
      request("putPart", UPLOAD, partRecord(1)),
      request("createBucket", bucketRecord({ name: "x".repeat(100_000) })),
      request("putObject", newObject()),
      request("getBucket", BUCKET),
    ]);

    assert.deepEqual(answers.map(outcomeOf), ["no-space", "no-space", "no-space", "no-space"]);
    assert.deepEqual(world.run(request("listParts", UPLOAD, ALL_PARTS)).map(outcomeOf), [
      { parts: [], isTruncated: false },
    ]);
    assert.deepEqual(world.run(request("getObject", { bucket: BUCKET, key: "cat.jpg" })).map(outcomeOf), [
      undefined,
    ]);
  });

  it("goes on as soon as there is space", async () => {
    await using world = await openWorld();
    const part = partRecord(1);
    world.whileFull(() => [request("createBucket", bucketRecord({ name: "x".repeat(100_000) }))]);

    world.run(request("putPart", UPLOAD, part));
    const [completed] = world.run(request("completeUpload", packCompletion(completionOf(UPLOAD, [part]))));

    assert.ok(completed !== undefined && "value" in completed);
  });

  it("has the blobs that it could not take deleted, for they take the space that is missing", async () => {
    await using world = await openWorld();
    const part = partRecord(1);
    const object = newObject();
    const append = newAppend();

    world.whileFull(() => [
      request("putPart", UPLOAD, part),
      request("putObject", object),
      request("appendObject", append),
      request("appendObject", nothingOf(append)),
      request("createBucket", bucketRecord({ name: "x".repeat(100_000) })),
    ]);

    const blobIds = [part.blobId, ...object.extents.map(({ blobId }) => blobId), append.extent?.blobId ?? ""];
    assert.deepEqual(world.run(request("listGarbage", ALL_GARBAGE)).map(outcomeOf), [blobIds]);
    world.run(request("forgetGarbage", blobIds));
    assert.deepEqual(world.run(request("listGarbage", ALL_GARBAGE)).map(outcomeOf), [[]]);
  });
});

describe("MetadataDatabase, when a request fails in a way that nobody foresaw,", () => {
  it("undoes this one and commits its neighbours", async () => {
    await using world = await openWorld();
    const [first, second] = [partRecord(1), partRecord(2)];
    const notAKey = { ...UPLOAD, key: "\ud800" };

    const answers = world.run(
      request("putPart", UPLOAD, first),
      request("putPart", notAKey, partRecord(3)),
      request("putPart", UPLOAD, second),
    );

    assert.deepEqual(
      answers.map((answer) => "error" in answer),
      [false, true, false],
    );
    assert.deepEqual(world.run(request("listParts", UPLOAD, ALL_PARTS)).map(outcomeOf), [
      { parts: [first, second], isTruncated: false },
    ]);
  });
});

interface World extends AsyncDisposable {
  run(...requests: readonly MetadataRequest[]): readonly MetadataAnswer[];
  whileFull(requests: () => readonly MetadataRequest[]): readonly MetadataAnswer[];
}

/** A database with a bucket and an open upload. */
async function openWorld(): Promise<World> {
  const folder = await makeTemporaryFolder();
  const file: DatabaseSync = openDatabase(join(folder.path, "metadata.sqlite"));
  const database = new MetadataDatabase(file);
  const world: World = {
    run: (...requests) => database.run(requests),
    whileFull: (requests) => {
      file.exec("PRAGMA max_page_count = 1");
      const answers = database.run(requests());
      file.exec("PRAGMA max_page_count = 4294967294");
      return answers;
    },
    [Symbol.asyncDispose]: async () => {
      database.close();
      await folder[Symbol.asyncDispose]();
    },
  };
  world.run(
    request("createBucket", bucketRecord()),
    request("createUpload", UPLOAD, { forbidOverwrite: false }),
  );
  return world;
}

function nothingOf({ extent: _, ...append }: Append): Append {
  return append;
}

let lastId = 0;

function request<Name extends OperationName>(
  operation: Name,
  ...input: TravellingInput<Name>
): MetadataRequest {
  lastId += 1;
  return { id: lastId, operation, input, nowMs: NOW_MS };
}

function outcomeOf(answer: MetadataAnswer): unknown {
  if ("refusal" in answer) {
    return answer.refusal.code;
  }
  return "value" in answer ? answer.value : answer.error;
}
