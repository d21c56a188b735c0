import { equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import {
  DrainEstimate,
  SOCKET_BUFFERS_MAX_BYTES,
  WRITE_SIZE_MAX_BYTES,
  WRITE_SIZE_MIN_BYTES,
  WritePace,
} from "../../../src/client/node/write-pace.ts";

const KIB = 1024;

describe("WritePace", () => {
  it("begins small and doubles with each quick write, up to its limit", () => {
    const pace = new WritePace();
    const sizes = [pace.sizeBytes];

    for (let write = 0; write < 6; write += 1) {
      pace.took(1);
      sizes.push(pace.sizeBytes);
    }

    equal(String(sizes.map((size) => size / KIB)), "16,32,64,128,256,256,256");
    equal(pace.sizeBytes, WRITE_SIZE_MAX_BYTES);
  });

  it("halves with each slow write, down to its limit, and stays when a write is neither", () => {
    const pace = new WritePace();
    for (let write = 0; write < 6; write += 1) {
      pace.took(1);
    }

    pace.took(5_000);
    equal(pace.sizeBytes, WRITE_SIZE_MAX_BYTES / 2);
    pace.took(50);
    equal(pace.sizeBytes, WRITE_SIZE_MAX_BYTES / 2);
    for (let write = 0; write < 9; write += 1) {
      pace.took(5_000);
    }
    equal(pace.sizeBytes, WRITE_SIZE_MIN_BYTES);
  });
});

describe("DrainEstimate", () => {
  it("is nothing when no write had to wait", () => {
    const estimate = new DrainEstimate();

    equal(estimate.drainMs, 0);
    estimate.took(256 * KIB, 1);

    equal(estimate.drainMs, 0);
  });

  it("is the time of as many bytes at the rate of those that waited", () => {
    const estimate = new DrainEstimate();
    estimate.took(900 * KIB, 1);

    estimate.took(100 * KIB, 1_000);

    ok(Math.abs(estimate.drainMs - 10_000) < 1e-6);
  });

  it("counts no more bytes than the kernels keep", () => {
    const estimate = new DrainEstimate();

    for (let write = 0; write < 1_000; write += 1) {
      estimate.took(256 * KIB, 100);
    }

    equal(Math.round(estimate.drainMs), Math.round((SOCKET_BUFFERS_MAX_BYTES / (256 * KIB)) * 100));
  });
});
