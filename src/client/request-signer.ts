// Signing a client's requests: with the key of the moment, and by the service's clock.
import type { RequestAddress } from "../protocol/addressing/endpoint.ts";
import type { RequestMessage } from "../protocol/http-message.ts";
import type { Credentials } from "../protocol/signing/credentials.ts";
import type { CredentialsSource } from "./credentials-source.ts";
import type { Signature } from "./signatures.ts";

export interface RequestSignerOptions {
  readonly credentials: CredentialsSource;
  readonly signature: Signature;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly now: () => number;
}

export interface SignedRequest {
  readonly message: RequestMessage;
  /** Where to send it, when whoever signed it has said so; default: where the endpoint is. */
  readonly address?: RequestAddress;
  /**
   * What it was signed with, to be named when the service says that they are no good any more. Undefined when they are
   * not known here.
   */
  readonly credentials: Credentials | undefined;
}

export interface RequestSigner {
  /**
   * The request with what the service knows its sender by.
   *
   * @throws {ClientError} credentials-unavailable
   */
  sign(request: RequestMessage): Promise<SignedRequest>;
  /** The request with its signature in the query. Undefined where URLs cannot be signed. */
  readonly presign?: (request: RequestMessage, expiresInSeconds: number) => Promise<RequestMessage>;
  /** From now on, times are those of the service. */
  learnTime(serverTime: Date): void;
  /** `used` are no good any more. @returns whether the next signature may be made with others */
  forgetCredentials(used: Credentials | undefined): boolean;
}

export function createRequestSigner({ credentials, signature, now }: RequestSignerOptions): RequestSigner {
  let clockOffsetMs = 0;
  const signedBy = async () => ({
    credentials: await credentials.current(),
    time: new Date(now() + clockOffsetMs),
  });
  const { presign } = signature;

  return {
    async sign(request) {
      const by = await signedBy();
      return { message: await signature.sign(request, by), credentials: by.credentials };
    },

    ...(presign && {
      presign: async (request, expiresInSeconds) =>
        presign(request, { ...(await signedBy()), expiresInSeconds }),
    }),

    learnTime(serverTime) {
      clockOffsetMs = serverTime.getTime() - now();
    },

    forgetCredentials: (used) => used !== undefined && credentials.forget(used),
  };
}
