import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { complaintsAbout } from "./memory-law.ts";

const MIB = 2 ** 20;
const REQUESTS = 200_000;
const SAMPLES = 100;

/** @param leakBytes  of the process, each request @returns what a server of 250 MiB has, with the saw teeth of collections */
function resident(leakBytes: number): readonly number[] {
  return Array.from(
    { length: SAMPLES },
    (_, index) => 250 * MIB + (index % 7) * MIB + (leakBytes * REQUESTS * index) / SAMPLES,
  );
}

describe("complaintsAbout()", () => {
  it("takes a server that fills its caches and then stays as it is", () => {
    const filling = resident(0).map((bytes, index) => bytes - 20 * MIB * 0.9 ** index);

    const complaints = complaintsAbout({
      requestCount: REQUESTS,
      liveBytes: [37 * MIB, 41 * MIB],
      residentBytes: filling,
    });

    assert.deepEqual(complaints, []);
  });

  it("finds 200 bytes that live on after each request", () => {
    const last = 37 * MIB + 200 * 0.9 * REQUESTS;

    const complaints = complaintsAbout({
      requestCount: REQUESTS,
      liveBytes: [37 * MIB, last],
      residentBytes: resident(0),
    });

    assert.deepEqual(complaints, ["what lives in the server grew from 37 to 71 MiB: 200 bytes a request"]);
  });

  it("finds 400 bytes each request outside of V8's heap, which only the resident memory shows", () => {
    const complaints = complaintsAbout({
      requestCount: REQUESTS,
      liveBytes: [37 * MIB, 37 * MIB],
      residentBytes: resident(400),
    });

    assert.equal(complaints.length, 2);
    assert.match(complaints[0] ?? "", /^the resident memory grew to 1\.1\d\d times that of the middle/);
  });

  it("finds 400 bytes each of 100,000 requests outside of V8's heap", () => {
    const complaints = complaintsAbout({
      requestCount: REQUESTS / 2,
      liveBytes: [37 * MIB, 37 * MIB],
      residentBytes: resident(200),
    });

    assert.equal(complaints.length, 1);
    assert.match(complaints[0] ?? "", /^the resident memory grew to 1\.1\d\d times that of the first tenth/);
  });

  it("finds more memory than a server may have, however even", () => {
    const complaints = complaintsAbout({
      requestCount: REQUESTS,
      liveBytes: [37 * MIB, 37 * MIB],
      residentBytes: resident(0).map((bytes) => bytes + 150 * MIB),
    });

    assert.deepEqual(complaints, ["the resident memory came to 406 MiB"]);
  });

  it("judges a short run by what lives alone, and a system that says nothing not at all", () => {
    const short = complaintsAbout({
      requestCount: 1_000,
      liveBytes: [20 * MIB, 40 * MIB],
      residentBytes: resident(4_000),
    });
    const mute = complaintsAbout({
      requestCount: REQUESTS,
      liveBytes: [0, 0],
      residentBytes: resident(0).map(() => Number.NaN),
    });

    assert.equal(short.length, 1);
    assert.match(short[0] ?? "", /^what lives/);
    assert.deepEqual(mute, []);
  });
});
