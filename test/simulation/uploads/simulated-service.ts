// The real server's handler over a store in memory, without a socket before it, by the time of the simulation.
import { createHash } from "node:crypto";
import { oss } from "../../../src/protocol/dialects/oss.ts";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import type { Service } from "../../../src/server/handle-request.ts";
import { openMemoryStore } from "../../../src/storage/memory/open-memory-store.ts";
import type { VirtualTime } from "./virtual-time.ts";

export const REGION = "cn-hangzhou";

/** A key that never ends, for who looks after things. */
export const lastingKey: Credentials = { accessKeyId: "admin-id", accessKeySecret: "admin-secret" };

/** Tokens, of which the latest is good. */
export class TokenIssuer {
  #current: Credentials = tokenOf(0);
  readonly #all = new Map<string, Credentials>([[this.#current.securityToken ?? "", this.#current]]);

  get current(): Credentials {
    return this.#current;
  }

  expire(nowMs: number): void {
    this.#all.set(this.#current.securityToken ?? "", { ...this.#current, expiresAtMs: nowMs });
    this.#current = tokenOf(this.#all.size);
    this.#all.set(this.#current.securityToken ?? "", this.#current);
  }

  find(accessKeyId: string, securityToken: string | undefined): Credentials | undefined {
    if (securityToken !== undefined) {
      return this.#all.get(securityToken);
    }
    return accessKeyId === lastingKey.accessKeyId ? lastingKey : undefined;
  }
}

export async function openSimulatedService(
  time: VirtualTime,
  {
    tokens,
    reportFailure,
  }: { readonly tokens: TokenIssuer; readonly reportFailure: (failure: unknown) => void },
): Promise<Service> {
  const now = () => time.nowMs;
  let idCount = 0;
  const newId = (length: number) => {
    idCount += 1;
    return createHash("md5").update(String(idCount)).digest("hex").slice(0, length).toUpperCase();
  };
  return {
    store: await openMemoryStore({ now, collectEveryMs: "never" }),
    credentials: { find: (accessKeyId, securityToken) => tokens.find(accessKeyId, securityToken) },
    dialect: oss,
    now,
    region: REGION,
    callbacks: { hosts: [] },
    rateClock: { now, wait: (durationMs) => time.wait(durationMs) },
    baseHosts: [],
    acceptEncryptionHeaders: false,
    repeatCompletions: false,
    openUploadCountMax: Number.POSITIVE_INFINITY,
    owner: { id: "partwise", displayName: "partwise" },
    newRequestId: () => newId(24),
    newUploadId: () => newId(32),
    newRuleId: () => newId(32),
    reportFailure,
  };
}

function tokenOf(index: number): Credentials {
  return {
    accessKeyId: `STS.${index}`,
    accessKeySecret: `secret-${index}`,
    securityToken: `token-${index}`,
  };
}
