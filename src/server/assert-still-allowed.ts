// Whether what came may still be published: while a body comes, for hours perhaps, an object may become private, a policy
// be changed, or the sender's key be disabled.
//
// It is asked twice. Before the transaction that publishes everything is asked again: the key, its holder's policies, the
// bucket's policy, the ACLs. Between that and the transaction pass some milliseconds, or more where many commit, in which
// the owner can be told that the bucket is private now. So what the store itself knows is compared once more in the
// transaction, for requests that have their permission from it: those of anybody, and of users whom only a bucket's policy
// or an ACL lets in. Of the others nothing is asked there: whoever may by policies of his own need not come again because
// somebody changed the bucket meanwhile, and a policy that comes to deny it counts some milliseconds later.
import type { SeenRights } from "../storage/seen-rights.ts";
import { StorageError } from "../storage/storage-error.ts";
import type { ReceivedBlob } from "./receive-object.ts";
import type { RequestContext } from "./service-context.ts";

/**
 * @returns what `whileAllowed` needs
 * @throws {ServiceError} AccessDenied, InvalidAccessKeyId, InvalidSecurityToken; the bytes are deleted then
 */
export async function assertStillAllowed(
  { blobId }: Pick<ReceivedBlob, "blobId">,
  { store, authorizeAgain }: Pick<RequestContext, "authorizeAgain" | "store">,
): Promise<SeenRights | undefined> {
  try {
    return await authorizeAgain();
  } catch (refusal) {
    await store.blobs.delete([blobId]);
    throw refusal;
  }
}

/**
 * Publishes, if what allowed it is so to the end.
 *
 * @param rights   what `authorizeAgain` gave
 * @param publish  gives what it is given to the store
 * @throws {ServiceError} AccessDenied
 * @throws {StorageError} rights-changed when they changed and allow it all the same
 */
export async function whileAllowed<Result>(
  rights: SeenRights | undefined,
  { authorizeAgain }: Pick<RequestContext, "authorizeAgain">,
  publish: (condition: { readonly onlyWhile?: SeenRights }) => Promise<Result>,
): Promise<Result> {
  try {
    return await publish(rights === undefined ? {} : { onlyWhile: rights });
  } catch (failure) {
    if (failure instanceof StorageError && failure.code === "rights-changed") {
      await authorizeAgain();
    }
    throw failure;
  }
}
