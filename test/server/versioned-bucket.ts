// A bucket that keeps versions, and what tests ask of it.
import assert from "node:assert/strict";
import type { TestResponse, TestServer } from "./test-server.ts";

export interface VersionedBucket {
  readonly name: string;
  /** Stores an object and gives its version id. */
  put(key: string, body: string): Promise<string>;
  /** Puts a delete marker in front and gives its version id. */
  remove(key: string): Promise<string>;
  /** `Version` or `DeleteMarker`, key, version id and `*` for the latest; as the first page of a listing has them. */
  list(): Promise<readonly string[]>;
}

export async function makeVersionedBucket(
  service: TestServer,
  name: string,
  versioning: "Enabled" | "Suspended" = "Enabled",
): Promise<VersionedBucket> {
  await service.send({ method: "PUT", bucket: name });
  await service.store.metadata.updateBucket(name, { versioning });
  return {
    name,
    async put(key, body) {
      return versionIdOf(await service.send({ method: "PUT", bucket: name, key, body }));
    },
    async remove(key) {
      const response = await service.send({ method: "DELETE", bucket: name, key });
      assert.equal(response.headers["x-oss-delete-marker"], "true");
      return versionIdOf(response);
    },
    async list() {
      const { text } = await service.send({ bucket: name, query: [["versions", ""]] });
      return listedVersions(text);
    },
  };
}

export function listedVersions(text: string): readonly string[] {
  const entry =
    /<(Version|DeleteMarker)><Key>([^<]*)<\/Key><VersionId>([^<]*)<\/VersionId><IsLatest>(true|false)</g;
  return [...text.matchAll(entry)].map(
    ([, kind, key, versionId, isLatest]) => `${kind} ${key} ${versionId}${isLatest === "true" ? " *" : ""}`,
  );
}

export function versionIdOf({ headers }: TestResponse): string {
  const versionId = headers["x-oss-version-id"];
  assert.equal(typeof versionId, "string");
  return String(versionId);
}

/** Status and code of an answer, such as `404 NoSuchKey`. */
export function verdictOf(response: TestResponse): string {
  return `${response.status} ${response.element("Code")}`;
}
