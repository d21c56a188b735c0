// A form that names no object, from somebody who signs nothing. Found by the fuzz: it was answered with 500.
import assert from "node:assert/strict";
import { it } from "node:test";
import { describeOverBothStores } from "./both-stores.ts";
import { testBucket } from "./test-server.ts";

function formWithKey(key: string | undefined): FormData {
  const form = new FormData();
  if (key !== undefined) {
    form.set("key", key);
  }
  form.set("file", new Blob(["content"]));
  return form;
}

describeOverBothStores("an unsigned form without a key", (server) => {
  for (const key of [undefined, ""]) {
    it(`is refused in a private bucket, with the key ${JSON.stringify(key)}`, async () => {
      const url = `${server().server.endpoint}/${testBucket}/`;

      const response = await fetch(url, { method: "POST", body: formWithKey(key) });

      assert.equal(response.status, 403);
      assert.match(await response.text(), /<Code>AccessDenied<\/Code>/);
    });

    it(`is told what it lacks where everybody may write, with the key ${JSON.stringify(key)}`, async () => {
      await server().send({
        method: "PUT",
        query: [["acl", ""]],
        headers: { "x-oss-acl": "public-read-write" },
      });
      const url = `${server().server.endpoint}/${testBucket}/`;

      const response = await fetch(url, { method: "POST", body: formWithKey(key) });

      assert.equal(response.status, 400);
      assert.match(await response.text(), /<Code>InvalidArgument<\/Code>/);
      await server().send({ method: "PUT", query: [["acl", ""]], headers: { "x-oss-acl": "private" } });
    });
  }
});
