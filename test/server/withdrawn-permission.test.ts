// Anybody may write, by an ACL or by a bucket's policy, and the owner takes that back while a write is under way: as soon
// as the owner has been told so, nothing of it may be published any more, and its bytes belong to nobody.
import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import type { BlobId } from "../../src/storage/blob-store.ts";
import type { MetadataStore } from "../../src/storage/metadata-store.ts";
import { describeOverBothStores } from "./both-stores.ts";
import { openConnection } from "./raw-connection.ts";
import { completionDocument, partQuery, type TestResponse, type TestServer } from "./test-server.ts";

const BUCKET = "notice-board";
const KEY = "note";
const SOURCE = "source";
const EVERYBODY = JSON.stringify({
  Version: "1",
  Statement: [
    {
      Effect: "Allow",
      Principal: ["*"],
      Action: ["oss:PutObject", "oss:GetObject"],
      Resource: [`acs:oss:*:*:${BUCKET}/*`],
    },
  ],
});
const ONE_PAGE =
  "<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer>" +
  "<RefererList><Referer>http://own.example/</Referer></RefererList></RefererConfiguration>";
const ALL_PAGES = ONE_PAGE.replace("false", "true");
const NOBODY = EVERYBODY.replace("Allow", "Deny");

/** What lets anybody write, and how the owner takes it back. */
const WITHDRAWALS: readonly (readonly [
  what: string,
  grant: (owner: Owner) => Promise<void>,
  withdraw: (owner: Owner) => Promise<void>,
])[] = [
  [
    "the bucket becomes private",
    (owner) => owner.setBucketAcl("public-read-write"),
    (owner) => owner.setBucketAcl("private"),
  ],
  [
    "the object becomes private",
    (owner) => owner.setBucketAcl("public-read-write"),
    (owner) => owner.setObjectAcl("private"),
  ],
  ["the bucket's policy goes", (owner) => owner.setPolicy(EVERYBODY), (owner) => owner.removePolicy()],
  [
    "the bucket's policy denies it",
    async (owner) => {
      await owner.setBucketAcl("public-read-write");
    },
    (owner) => owner.setPolicy(NOBODY),
  ],
  [
    "public access is blocked",
    (owner) => owner.setBucketAcl("public-read-write"),
    (owner) => owner.blockPublicAccess("true"),
  ],
  [
    "public access by a policy is blocked",
    (owner) => owner.setPolicy(EVERYBODY),
    (owner) => owner.blockPublicAccess("true"),
  ],
  [
    "the bucket wants to know the page",
    (owner) => owner.setBucketAcl("public-read-write"),
    (owner) => owner.setReferers(ONE_PAGE),
  ],
];

/** Each writes to the key, and the store's call that publishes it. */
const WRITES: readonly (readonly [
  what: string,
  call: "appendObject" | "completeUpload" | "putObject",
  write: (service: TestServer, facts: Facts) => Promise<TestResponse>,
])[] = [
  ["PutObject", "putObject", (service) => service.send({ ...anybody, method: "PUT", body: "new" })],
  [
    "AppendObject",
    "appendObject",
    (service) =>
      service.send({
        ...anybody,
        ...{ method: "POST", body: "new" },
        query: [
          ["append", ""],
          ["position", "3"],
        ],
      }),
  ],
  [
    "CopyObject",
    "putObject",
    (service) =>
      service.send({ ...anybody, method: "PUT", headers: { "x-oss-copy-source": `/${BUCKET}/${SOURCE}` } }),
  ],
  [
    "PutSymlink",
    "putObject",
    (service) =>
      service.send({
        ...anybody,
        ...{ method: "PUT", query: [["symlink", ""]] },
        headers: { "x-oss-symlink-target": SOURCE },
      }),
  ],
  [
    "CompleteMultipartUpload",
    "completeUpload",
    (service, { uploadId, etag }) =>
      service.send({
        ...anybody,
        ...{ method: "POST", query: [["uploadId", uploadId]], body: completionDocument([[1, etag]]) },
      }),
  ],
  [
    "PostObject",
    "putObject",
    (service) => {
      const { key: _, ...toBucket } = anybody;
      return service.send({
        ...toBucket,
        ...{ method: "POST", body: FORM },
        headers: { "content-type": "multipart/form-data; boundary=edge" },
      });
    },
  ],
];

const FORM = [
  '--edge\r\nContent-Disposition: form-data; name="key"\r\n\r\n',
  `${KEY}\r\n`,
  '--edge\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n',
  "new\r\n--edge--\r\n",
].join("");

const anybody = { bucket: BUCKET, key: KEY, isAnonymous: true } as const;

interface Facts {
  /** Of an upload to the key with one part. */
  readonly uploadId: string;
  readonly etag: string;
}

describeOverBothStores("a write by anybody", (service) => {
  let blobs: BlobWatch;
  let facts: Facts;

  beforeEach(async () => {
    blobs = watchBlobs(service());
    facts = await fillBoard(service());
  });
  afterEach(() => blobs.stop());

  for (const [why, grant, withdraw] of WITHDRAWALS) {
    for (const [what, call, write] of WRITES) {
      it(`is refused by ${what} when ${why} at the last moment`, async () => {
        const owner = ownerOf(service());
        await grant(owner);
        using _ = beforeCall(service().store.metadata, call, () => withdraw(owner));

        const answer = await write(service(), facts);

        assert.equal(`${answer.status} ${answer.element("Code")}`, "403 AccessDenied");
        assert.equal(await owner.read(), "old");
        assert.deepEqual(await blobs.leaked(), []);
      });
    }
  }

  it("is refused by UploadPart when the bucket becomes private while its body comes", async () => {
    const owner = ownerOf(service());
    await owner.setBucketAcl("public-read-write");
    const { uploadId } = facts;
    using connection = openConnection(service());

    connection.socket.write(
      `PUT /${BUCKET}/${KEY}?partNumber=1&uploadId=${uploadId} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
        "Content-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
    );
    await connection.until("100 Continue");
    await owner.setBucketAcl("private");
    connection.socket.write("new");

    assert.match(await connection.until("</Error>"), /HTTP\/1\.1 403 .*<Code>AccessDenied<\/Code>/s);
    const upload = { bucket: BUCKET, key: KEY, uploadId };
    const { parts } = await service().store.metadata.listParts(upload, { afterPartNumber: 0, limit: 2 });
    assert.deepEqual(
      parts.map(({ md5 }) => md5),
      [facts.etag.toLowerCase()],
    );
    assert.deepEqual(await blobs.leaked(), []);
  });

  it("is taken where the object's ACL says as the bucket's", async () => {
    const owner = ownerOf(service());
    await owner.setBucketAcl("public-read-write");
    await owner.setObjectAcl("default");

    assert.equal((await service().send({ ...anybody, method: "PUT", body: "new" })).status, 200);

    assert.equal(await owner.read(), "new");
  });

  it("is told to come again when the policy changes at the last moment and still allows it", async () => {
    const owner = ownerOf(service());
    await owner.setPolicy(EVERYBODY);
    using _ = beforeCall(service().store.metadata, "putObject", () =>
      owner.setPolicy(EVERYBODY.replace("oss:GetObject", "oss:DeleteObject")),
    );

    const answer = await service().send({ ...anybody, method: "PUT", body: "new" });

    assert.equal(`${answer.status} ${answer.element("Code")}`, "503 ServiceUnavailable");
    assert.equal(await owner.read(), "old");
    assert.deepEqual(await blobs.leaked(), []);
  });
});

type Owner = ReturnType<typeof ownerOf>;

/** Every call is acknowledged before it resolves. */
function ownerOf(service: TestServer) {
  const send = async (request: Parameters<TestServer["send"]>[0]) => {
    const answer = await service.send({ bucket: BUCKET, ...request });
    assert.ok(answer.status < 300, answer.text);
    return answer;
  };
  return {
    async setBucketAcl(acl: string) {
      await send({ method: "PUT", query: [["acl", ""]], headers: { "x-oss-acl": acl } });
    },
    async setObjectAcl(acl: string) {
      await send({ method: "PUT", key: KEY, query: [["acl", ""]], headers: { "x-oss-object-acl": acl } });
    },
    async setPolicy(body: string) {
      await send({ method: "PUT", query: [["policy", ""]], body });
    },
    async blockPublicAccess(isBlocked: string) {
      const body = `<PublicAccessBlockConfiguration><BlockPublicAccess>${isBlocked}</BlockPublicAccess></PublicAccessBlockConfiguration>`;
      await send({ method: "PUT", query: [["publicAccessBlock", ""]], body });
    },
    async setReferers(body: string) {
      await send({ method: "PUT", query: [["referer", ""]], body });
    },
    async removePolicy() {
      await send({ method: "DELETE", query: [["policy", ""]] });
    },
    read: async () => (await send({ key: KEY })).text,
  };
}

/** An object that can be appended to, one to copy, and an upload with one part. Nobody but the owner may do anything. */
async function fillBoard(service: TestServer): Promise<Facts> {
  const owner = { bucket: BUCKET } as const;
  await service.send({ ...owner, method: "PUT" });
  await service.send({ ...owner, method: "DELETE", query: [["policy", ""]] });
  await ownerOf(service).blockPublicAccess("false");
  await ownerOf(service).setReferers(ALL_PAGES);
  await ownerOf(service).setBucketAcl("private");
  await service.send({ ...owner, key: KEY, method: "DELETE" });
  await service.send({
    ...{ ...owner, key: KEY, method: "POST", body: "old" },
    query: [
      ["append", ""],
      ["position", "0"],
    ],
  });
  await service.send({ ...owner, key: SOURCE, method: "PUT", body: "new" });
  const begun = await service.send({ ...owner, key: KEY, method: "POST", query: [["uploads", ""]] });
  const uploadId = begun.element("UploadId") ?? "";
  const part = { ...owner, key: KEY, method: "PUT", query: partQuery(uploadId, "1"), body: "new" } as const;
  const { etag = "" } = (await service.send(part)).headers;
  return { uploadId, etag: etag.replaceAll('"', "") };
}

/** Once: what `act` does is done before the store's call begins. */
function beforeCall(
  metadata: MetadataStore,
  name: "appendObject" | "completeUpload" | "putObject",
  act: () => Promise<void>,
): Disposable {
  const call = metadata[name].bind(metadata) as (input: unknown) => Promise<unknown>;
  const restore = () => void Object.assign(metadata, { [name]: call });
  Object.assign(metadata, {
    async [name](input: unknown) {
      restore();
      await act();
      return call(input);
    },
  });
  return { [Symbol.dispose]: restore };
}

interface BlobWatch {
  /** Those that were made since, are there, and belong to no part, no object and no queue. */
  leaked(): Promise<readonly BlobId[]>;
  stop(): void;
}

function watchBlobs({ store }: TestServer): BlobWatch {
  const ids: BlobId[] = [];
  const { blobs } = store;
  const create = blobs.create.bind(blobs);
  Object.assign(blobs, {
    async create(...declared: Parameters<typeof create>) {
      const writer = await create(...declared);
      const commit = writer.commit.bind(writer);
      return Object.assign(writer, {
        async commit() {
          await commit();
          ids.push(writer.id);
        },
      });
    },
  });
  return {
    async leaked() {
      const orphans = await store.metadata.findOrphans(ids);
      const found = await Promise.all(
        orphans.map((id) =>
          blobs.open(id).then(
            async (reader) => {
              await reader[Symbol.asyncDispose]();
              return true;
            },
            () => false,
          ),
        ),
      );
      return orphans.filter((_, index) => found[index]);
    },
    stop: () => void Object.assign(blobs, { create }),
  };
}
