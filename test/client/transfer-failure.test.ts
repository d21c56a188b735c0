import { deepEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { transferFailureOf } from "../../src/client/flow/transfer-failure.ts";
import { TransportError } from "../../src/client/transport-error.ts";
import { serviceError } from "../../src/protocol/errors/known-error.ts";

describe("transferFailureOf()", () => {
  it("takes 503 and 429 for a service that asks for less, with what its Retry-After says", () => {
    deepEqual(transferFailureOf(serviceError("SlowDown", { status: 503, retryAfterMs: 2_000 })), {
      kind: "throttled",
      retryAfterMs: 2_000,
    });
    deepEqual(transferFailureOf(serviceError("Whatever", { status: 429 })), { kind: "throttled" });
  });

  it("tells silence from a broken connection, and both from everything else", () => {
    const failed = (code: "connection-lost" | "timeout" | "tls") =>
      transferFailureOf(new TransportError(code, "", { mayHaveArrived: true })).kind;

    deepEqual(
      [failed("timeout"), failed("connection-lost"), failed("tls")],
      ["timeout", "connection-lost", "other"],
    );
    deepEqual(transferFailureOf(serviceError("RequestTimeout")), { kind: "timeout" });
    deepEqual(transferFailureOf(serviceError("AccessDenied")), { kind: "other" });
    deepEqual(transferFailureOf(new Error("a bug")), { kind: "other" });
  });
});
