import { equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ClientError } from "../../src/client/client-error.ts";
import {
  type FailedAttempt,
  RETRY_AFTER_MAX_MS,
  RETRY_WAIT_MAX_MS,
  retryWaitMs,
} from "../../src/client/retry-policy.ts";
import { TransportError } from "../../src/client/transport-error.ts";
import { serviceError } from "../../src/protocol/errors/known-error.ts";

const refused = new TransportError("connection-refused", "refused", { mayHaveArrived: false });
const lost = new TransportError("connection-lost", "lost", { mayHaveArrived: true });

function failed(changes: Partial<FailedAttempt>): FailedAttempt {
  return { error: lost, attempt: 1, attemptCountMax: 5, isRepeatable: true, random: 0.5, ...changes };
}

describe("retryWaitMs()", () => {
  it("waits a random part of a time that doubles, up to 20 s", () => {
    equal(retryWaitMs(failed({ attempt: 1 })), 100);
    equal(retryWaitMs(failed({ attempt: 2 })), 200);
    equal(retryWaitMs(failed({ attempt: 4, random: 0 })), 0);
    equal(retryWaitMs(failed({ attempt: 30, attemptCountMax: 100 })), RETRY_WAIT_MAX_MS / 2);
  });

  it("never waits longer than the longest wait", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const waitMs = retryWaitMs(failed({ attempt, attemptCountMax: 20_000, random })) ?? -1;
          ok(waitMs >= 0 && waitMs < RETRY_WAIT_MAX_MS);
        },
      ),
    );
  });

  it("gives up after the last attempt", () => {
    equal(retryWaitMs(failed({ attempt: 5 })), undefined);
    equal(retryWaitMs(failed({ attempt: 1, attemptCountMax: 1 })), undefined);
  });

  it("tries again when the service was not able to", () => {
    equal(retryWaitMs(failed({ error: serviceError("InternalError"), isRepeatable: false })), 100);
    equal(retryWaitMs(failed({ error: serviceError("Unheard", { status: 502 }) })), 100);
    equal(retryWaitMs(failed({ error: serviceError("RequestTimeout") })), 100);
  });

  it("waits as long as the service asks, and a random time more", () => {
    const throttled = serviceError("ServiceUnavailable", { retryAfterMs: 7_000 });
    equal(retryWaitMs(failed({ error: throttled })), 7_100);
  });

  it("gives up when the service asks for more than five minutes", () => {
    const closed = serviceError("ServiceUnavailable", { retryAfterMs: RETRY_AFTER_MAX_MS + 1 });
    equal(retryWaitMs(failed({ error: closed })), undefined);
  });

  it("tries again after 408 and 429, which proxies answer too", () => {
    equal(retryWaitMs(failed({ error: serviceError("Whatever", { status: 429 }) })), 100);
    equal(retryWaitMs(failed({ error: serviceError("Whatever", { status: 408 }) })), 100);
    equal(retryWaitMs(failed({ error: serviceError("Whatever", { status: 404 }) })), undefined);
  });

  it("does not repeat what the service refused", () => {
    for (const code of ["AccessDenied", "NoSuchBucket", "InvalidArgument", "SignatureDoesNotMatch"]) {
      equal(retryWaitMs(failed({ error: serviceError(code) })), undefined);
    }
  });

  it("repeats what must not happen twice only if it did not arrive", () => {
    equal(retryWaitMs(failed({ error: lost, isRepeatable: false })), undefined);
    equal(retryWaitMs(failed({ error: refused, isRepeatable: false })), 100);
  });

  it("sends again what arrived changed, but not what changed before", () => {
    equal(retryWaitMs(failed({ error: new ClientError("checksum-mismatch", "") })), 100);
    equal(retryWaitMs(failed({ error: new ClientError("source-changed", "") })), undefined);
  });

  it("does not repeat what failed for an unknown reason", () => {
    equal(retryWaitMs(failed({ error: new TypeError("a bug") })), undefined);
  });
});
