// What let a write in is compared once more in the transaction that publishes it: what counts, and nothing else.
import { equal } from "node:assert/strict";
import { it } from "node:test";
import type { MetadataStore } from "../../src/storage/metadata-store.ts";
import { describeOverBothStores } from "./both-stores.ts";

const VERSIONED = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";

/** Happens when a write has been let in for the last time, and is about to be published. */
function atTheLastMoment(metadata: MetadataStore, act: () => Promise<unknown>): void {
  const putObject = metadata.putObject.bind(metadata);
  const acting: MetadataStore["putObject"] = async (input) => {
    Object.assign(metadata, { putObject });
    await act();
    return putObject(input);
  };
  Object.assign(metadata, { putObject: acting });
}

describeOverBothStores("a write by anybody, over an object", (service) => {
  /** Where everybody may write, with versions; the older one has an ACL of its own. @returns a copy of it onto its key */
  async function olderVersion(bucket: string) {
    const send = async (request: object) => {
      const answer = await service().send({ method: "PUT", bucket, ...request });
      equal(answer.status, 200, answer.text);
      return answer;
    };
    await send({ headers: { "x-oss-acl": "public-read-write" } });
    await send({ query: [["versioning", ""]], body: VERSIONED });
    const older = await send({ key: "k", body: "old", headers: { "x-oss-object-acl": "public-read" } });
    await send({ key: "k", body: "new" });
    const source = `/${bucket}/k?versionId=${older.headers["x-oss-version-id"]}`;
    const headers = { "x-oss-copy-source": source };
    return {
      copy: () => service().send({ method: "PUT", bucket, key: "k", isAnonymous: true, headers }),
      close: () => send({ key: "k", query: [["acl", ""]], headers: { "x-oss-object-acl": "public-read" } }),
    };
  }

  it("may bring back an older version whose ACL is another", async () => {
    const { copy } = await olderVersion("brought-back");

    equal((await copy()).status, 200);
  });

  it("is refused when the object is closed at the last moment, with the ACL that the copied version has", async () => {
    const { copy, close } = await olderVersion("closed-late");
    atTheLastMoment(service().store.metadata, close);

    equal((await copy()).status, 403);
  });

  for (const acl of ["default", "public-read-write"]) {
    it(`is taken although another replaces the ACL ${acl} by none at the last moment`, async () => {
      const request = { method: "PUT" as const, bucket: `board-${acl}` };
      await service().send({ ...request, headers: { "x-oss-acl": "public-read-write" } });
      await service().send({ ...request, key: "k", body: "0" });
      const query = [["acl", ""]] as const;
      await service().send({ ...request, key: "k", query, headers: { "x-oss-object-acl": acl } });
      const write = (body: string) => service().send({ ...request, key: "k", body, isAnonymous: true });
      atTheLastMoment(service().store.metadata, () => write("1"));

      equal((await write("2")).status, 200);
    });
  }
});
