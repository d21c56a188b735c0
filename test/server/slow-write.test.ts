// What was allowed when a body began to come, and is not any more when it has come: it must not be published.
import assert from "node:assert/strict";
import { it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import { openConnection } from "./raw-connection.ts";

const BUCKET = "notice-board";

describeOverBothStores("a slow write without a signature", (service) => {
  for (const [what, request] of [
    ["PutObject", "PUT /notice-board/note"],
    ["AppendObject", "POST /notice-board/note?append&position=3"],
  ] as const) {
    it(`is refused by ${what} when the object has become private meanwhile`, async () => {
      const owner = { bucket: BUCKET, key: "note" } as const;
      await service().send({ method: "PUT", bucket: BUCKET, headers: { "x-oss-acl": "public-read-write" } });
      await service().send({ ...owner, method: "DELETE" });
      const query = [
        ["append", ""],
        ["position", "0"],
      ] as const;
      await service().send({ ...owner, method: "POST", query, body: "old" });
      using connection = openConnection(service());

      connection.socket.write(
        `${request} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n`,
      );
      await connection.until("100 Continue");
      const made = await service().send({
        ...{ ...owner, method: "PUT", query: [["acl", ""]] },
        headers: { "x-oss-object-acl": "private" },
      });
      assert.equal(made.status, 200);
      connection.socket.write("new");
      const answer = await connection.until("</Error>");

      assert.match(answer, /HTTP\/1\.1 403 .*<Code>AccessDenied<\/Code>/s);
      assert.equal((await service().send(owner)).text, "old");
    });
  }
});
