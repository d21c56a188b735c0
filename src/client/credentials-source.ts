// Where the access key comes from: it is given once, or asked for again and again, as temporary keys have to be.
import type { Credentials } from "../protocol/signing/credentials.ts";
import { ClientError } from "./client-error.ts";

/** Credentials that end. Without an end they are asked for before every request. */
export interface TemporaryCredentials extends Credentials {
  readonly expiration?: Date;
}

/** An access key, or a function that gets a current one, such as from STS. */
export type Auth = Credentials | (() => Promise<TemporaryCredentials> | TemporaryCredentials);

/** New credentials are asked for this long before the old ones end, so that none end under way. */
const RENEWAL_MARGIN_MS: number = 60 * 1000;

export interface CredentialsSource {
  /**
   * Requests that ask at the same time share one call of the user's function.
   *
   * @throws {ClientError} credentials-unavailable when that fails; worth another attempt
   * @throws {TypeError} when it gets something else than credentials
   */
  current(): Promise<Credentials>;
  /**
   * Gives up `used`, if it is still what is cached: of many requests that fail with an old key only the first has to ask
   * for a new one. @returns whether asking again can bring others
   */
  forget(used: Credentials): boolean;
}

/**
 * @param now  milliseconds since 1970
 * @throws {TypeError} if `auth` is neither credentials nor a function
 */
export function createCredentialsSource(auth: Auth, now: () => number): CredentialsSource {
  assertAuth(auth);
  if (typeof auth !== "function") {
    return { current: async () => auth, forget: () => false };
  }
  let cached: TemporaryCredentials | undefined;
  let asking: Promise<TemporaryCredentials> | undefined;

  const ask = async () => {
    try {
      const credentials = await callAuth(auth);
      assertCredentials(credentials);
      cached = credentials.expiration === undefined ? undefined : credentials;
      return credentials;
    } finally {
      asking = undefined;
    }
  };

  return {
    async current() {
      if (cached?.expiration && now() < cached.expiration.getTime() - RENEWAL_MARGIN_MS) {
        return cached;
      }
      asking ??= ask();
      return asking.catch(throwAnew);
    },
    forget(used) {
      if (cached === used) {
        cached = undefined;
      }
      return true;
    },
  };
}

/** What is known of it is added to an error, so that whoever waited needs one of its own. */
function throwAnew(error: unknown): never {
  throw error instanceof ClientError
    ? new ClientError(error.code, error.message, { cause: error.cause })
    : error;
}

async function callAuth(auth: () => Promise<TemporaryCredentials> | TemporaryCredentials) {
  try {
    return await auth();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the function that gets the access key failed: ${reason}`;
    throw new ClientError("credentials-unavailable", message, { cause });
  }
}

/** @throws {TypeError} if `auth` is neither credentials nor a function */
export function assertAuth(auth: Auth): void {
  if (typeof auth !== "function") {
    assertCredentials(auth);
  }
}

function assertCredentials(credentials: Credentials): void {
  if (!isText(credentials?.accessKeyId) || !isText(credentials.accessKeySecret)) {
    throw new TypeError("auth must have accessKeyId and accessKeySecret, or be a function that gets them");
  }
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
