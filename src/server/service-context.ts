// What a handler is given besides its input: the two ports, the clock, and how this server names itself.
import type { Dialect } from "../protocol/dialects/dialect.ts";
import type { Method } from "../protocol/http-message.ts";
import type { VersionRecord } from "../storage/records.ts";
import type { SeenRights } from "../storage/seen-rights.ts";
import type { Store } from "../storage/store.ts";
import type { Access } from "./access.ts";
import type { CallbackPolicy } from "./callback/send-callback.ts";
import type { RateClock } from "./limit-rate.ts";
import type { RequestBody } from "./request-body.ts";

export type { RequestBody };

export interface ServiceContext {
  readonly store: Store;
  readonly dialect: Dialect;
  readonly now: () => number;
  /** 32 upper-case hex digits, never the same twice. */
  readonly newUploadId: () => string;
  /** The ID of a lifecycle rule that was given none. */
  readonly newRuleId: () => string;
  /** Such as `cn-hangzhou`. */
  readonly region: string;
  /** Whether the operator vouches that what is stored is encrypted at rest. */
  readonly acceptEncryptionHeaders: boolean;
  /** Whether a completion that is sent again is answered as the first time, instead of with NoSuchUpload. */
  readonly repeatCompletions: boolean;
  /** How many uploads one user, one role, or the account may have open in all buckets together. */
  readonly openUploadCountMax: number;
  /** Whom the server may call when a client asks for a callback. */
  readonly callbacks: CallbackPolicy;
  /** What paces bodies whose request limits their speed. */
  readonly rateClock: RateClock;
  /** Who owns every bucket: the account whose keys this server has. */
  readonly owner: { readonly id: string; readonly displayName: string };
}

/**
 * Refuses what the sender may not read. Between the permission and the reading an object can be replaced, so whoever
 * opens one asks again, about exactly what was opened.
 *
 * @throws {ServiceError} AccessDenied
 */
type ReadGuard = (opened: VersionRecord) => void;

/** What belongs to one request and is no part of its message. */
export interface RequestContext extends ServiceContext {
  /** Who sent it, as what is counted for them is called. */
  readonly holder: string;
  /** For errors that name it. */
  readonly method: Method;
  /** The host and port that the client used, without a bucket: clients build further requests on it. */
  readonly host: string;
  /** Under which URL the client reached the bucket, without a slash at the end. */
  readonly bucketUrl: string;
  /** Called with every object or version that is opened to be read, and with what a link leads to. */
  readonly assertReadAllowed: ReadGuard;
  /**
   * Refuses what the sender may not do, by policies alone, for what only the body names.
   *
   * @throws {ServiceError} AccessDenied
   */
  readonly assertPoliciesAllow: (accesses: readonly Access[]) => Promise<void>;
  /**
   * Asks once more whether the request is allowed, as it was before its body came: a body may take hours, and meanwhile a
   * key may have been disabled, an ACL or a policy changed. To be called before what came is published. What is asked
   * later is decided by what this found.
   *
   * @returns what of the store it was decided by, for writing; undefined: nothing that can change there matters
   * @throws {ServiceError} AccessDenied, InvalidAccessKeyId, InvalidSecurityToken
   */
  readonly authorizeAgain: () => Promise<SeenRights | undefined>;
  /** The one in the answer. */
  readonly requestId: string;
  /** Where the connection comes from; "" when that is not known any more. */
  readonly clientAddress: string;
  /** Aborts when the client has gone away, for work that only it would have wanted. */
  readonly signal?: AbortSignal;
  /** The bytes of the body, for operations that have them. */
  readonly body: RequestBody;
}

/** The bytes of an answer, pulled as fast as the client takes them. */
export interface ResponseBody extends AsyncDisposable {
  readonly chunks: AsyncIterable<Uint8Array>;
}
