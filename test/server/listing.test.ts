// Listings of objects, page by page, as clients walk through them.
import assert from "node:assert/strict";
import { before, it } from "node:test";
import type { Query } from "../../src/protocol/http-message.ts";
import { describeOverBothStores } from "./both-stores.ts";
import type { TestServer } from "./test-server.ts";

const KEYS = ["a", "b/1", "b/2", "b/3", "b+ c", "c\u0001\n", "d/1/x", "d/1/y", "d/2", "中/文", "😀"];

interface Walk {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  readonly pageCount: number;
}

/** Follows the markers of either version to the end. */
async function walk(service: TestServer, version: "1" | "2", query: Query): Promise<Walk> {
  const [ofVersion, markerName, nextName]: readonly [Query, string, string] =
    version === "1"
      ? [[], "marker", "NextMarker"]
      : [[["list-type", "2"]], "continuation-token", "NextContinuationToken"];
  const keys: string[] = [];
  const prefixes: string[] = [];
  let pageCount = 0;
  for (let marker: string | undefined = ""; marker !== undefined; pageCount += 1) {
    const page = await service.send({
      query: [...ofVersion, ["encoding-type", "url"], [markerName, marker], ...query],
    });
    const commonPrefixes = /<CommonPrefixes>.*/s.exec(page.text)?.[0] ?? "";
    keys.push(...page.elements("Key").map(decodeURIComponent));
    prefixes.push(
      ...[...commonPrefixes.matchAll(/<Prefix>([^<]*)</g)].map(([, prefix = ""]) =>
        decodeURIComponent(prefix),
      ),
    );
    const next = page.element(nextName);
    assert.equal(page.element("IsTruncated"), String(next !== undefined));
    marker = next === undefined ? undefined : decodeURIComponent(next);
  }
  return { keys, prefixes, pageCount };
}

describeOverBothStores("a listing", (service) => {
  before(async () => {
    for (const key of KEYS) {
      await service().send({ method: "PUT", key, body: "x" });
    }
  });

  for (const version of ["1", "2"] as const) {
    for (const pageSize of ["1", "3", "1000"]) {
      it(`of version ${version} names every key once, ${pageSize} a page`, async () => {
        const { keys } = await walk(service(), version, [["max-keys", pageSize]]);

        assert.deepEqual(keys, [...KEYS].sort(byUtf8));
      });

      it(`of version ${version} sums up what goes on behind a delimiter, ${pageSize} a page`, async () => {
        const found = await walk(service(), version, [
          ["max-keys", pageSize],
          ["delimiter", "/"],
        ]);

        assert.deepEqual(found.prefixes, ["b/", "d/", "中/"]);
        assert.deepEqual(found.keys, ["a", "b+ c", "c\u0001\n", "😀"]);
        assert.equal(found.pageCount, Math.ceil(7 / Number(pageSize)));
      });
    }

    it(`of version ${version} begins behind a prefix`, async () => {
      const found = await walk(service(), version, [
        ["prefix", "d/"],
        ["delimiter", "/"],
      ]);

      assert.deepEqual(found, { keys: ["d/2"], prefixes: ["d/1/"], pageCount: 1 });
    });

    for (const pageSize of ["0", "1001", "-1", "x"]) {
      it(`of version ${version} is refused with ${pageSize} keys a page`, async () => {
        const query: Query = [
          ...(version === "2" ? [["list-type", "2"] as const] : []),
          ["max-keys", pageSize],
        ];

        const response = await service().send({ query });

        assert.equal(`${response.status} ${response.element("Code")}`, "400 InvalidArgument");
        assert.equal(response.element("ArgumentName"), "max-keys");
        assert.equal(response.element("ArgumentValue"), pageSize);
      });
    }
  }

  it("has 100 keys when nobody says how many", async () => {
    const response = await service().send({});

    assert.equal(response.element("MaxKeys"), "100");
  });

  it("of version 1 names the owner of every object, of version 2 when asked", async () => {
    const first = await service().send({});
    const second = await service().send({ query: [["list-type", "2"]] });
    const asked = await service().send({
      query: [
        ["list-type", "2"],
        ["fetch-owner", "true"],
      ],
    });

    assert.equal(first.elements("DisplayName").length, KEYS.length);
    assert.equal(second.elements("DisplayName").length, 0);
    assert.equal(asked.elements("DisplayName").length, KEYS.length);
    assert.equal(second.element("KeyCount"), String(KEYS.length));
  });

  it("of version 2 begins behind a key, and refuses a token that is none of ours", async () => {
    const after = await service().send({
      query: [
        ["list-type", "2"],
        ["start-after", "d/1/y"],
        ["encoding-type", "url"],
      ],
    });
    const refused = await service().send({
      query: [
        ["list-type", "2"],
        ["continuation-token", "%%%"],
      ],
    });

    assert.deepEqual(after.elements("Key").map(decodeURIComponent), ["d/2", "中/文", "😀"]);
    assert.equal(`${refused.status} ${refused.element("Code")}`, "400 InvalidArgument");
  });

  it("is well-formed where a key has characters that XML cannot hold", async () => {
    const response = await service().send({ query: [["prefix", "c"]] });

    assert.deepEqual(response.elements("Key"), ["c\ufffd\n"]);
  });
});

function byUtf8(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
