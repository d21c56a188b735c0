import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatRestoreStatus, parseRestoreStatus } from "../../src/protocol/fields/restore-status.ts";

// Source: OSS API, HeadObject.
const RESTORED = 'ongoing-request="false", expiry-date="Sun, 16 Apr 2017 08:12:33 GMT"';

describe("x-oss-restore", () => {
  it("says until when a restored object can be read", () => {
    const status = { isOngoing: false, expiryDate: new Date("2017-04-16T08:12:33Z") };

    assert.equal(formatRestoreStatus(status), RESTORED);
    assert.deepEqual(parseRestoreStatus(RESTORED), status);
  });

  it("says that a restoration is under way", () => {
    assert.equal(formatRestoreStatus({ isOngoing: true }), 'ongoing-request="true"');
    assert.deepEqual(parseRestoreStatus('ongoing-request="true"'), { isOngoing: true });
  });

  for (const text of [undefined, "", "ongoing-request=maybe"]) {
    it(`says nothing as ${text}`, () => {
      assert.equal(parseRestoreStatus(text), undefined);
    });
  }
});
