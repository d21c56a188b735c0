// Requests by URLs that someone else signs, just before each is sent: the page holds no key.

import type { RequestAddress } from "../../protocol/addressing/endpoint.ts";
import type { Headers, Method } from "../../protocol/http-message.ts";
import { ClientError } from "../client-error.ts";
import type { RequestSigner } from "../request-signer.ts";
import { isFolded } from "./addressable-key.ts";

/** What the URL is to allow. */
export interface RequestToSign {
  readonly method: Method;
  readonly bucket: string;
  /** Undefined for what concerns the bucket, such as a list of its uploads. */
  readonly key: string | undefined;
  /** Such as `{ partNumber: "1", uploadId: "…" }`; "" stands for a name without a value. */
  readonly query: Readonly<Record<string, string>>;
  /** They will be sent as they are; content-type, content-md5 and x-oss-* must be signed. */
  readonly headers: Headers;
}

/** Gets a presigned URL, such as from the page's own server, which looks whether this user may do that. */
export type SignUrl = (request: RequestToSign) => Promise<string>;

/** A signer that asks `sign` before every attempt, so that no URL is older than its request. */
export function createUrlSigner(sign: SignUrl): RequestSigner {
  return {
    async sign(message) {
      const { method, resource, query, headers } = message;
      const { bucket = "", key } = resource;
      const url = await ask(sign, { method, bucket, key, query: Object.fromEntries(query), headers });
      return { message, address: addressOf(url), credentials: undefined };
    },
    // The clock that counts is that of whoever signs.
    learnTime() {},
    // The next URL is a new one.
    forgetCredentials: () => true,
  };
}

async function ask(sign: SignUrl, request: RequestToSign): Promise<string> {
  try {
    return await sign(request);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the function that signs URLs failed: ${reason}`;
    throw new ClientError("credentials-unavailable", message, { cause });
  }
}

function addressOf(text: string): RequestAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const { protocol = "", hostname = "", port = "", host = "", pathname = "", search = "" } = url ?? {};
  const scheme = protocol.slice(0, -1);
  if (scheme !== "http" && scheme !== "https") {
    throw new TypeError("the function that signs URLs must get an absolute URL of http or https");
  }
  if (isFolded(text.replace(/[?#].*/, ""))) {
    throw new TypeError(`a browser would ask for ${pathname} in place of the path that was signed`);
  }
  return { scheme, hostname, port: Number(port), host, target: pathname + search };
}
