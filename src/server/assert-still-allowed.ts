// Whether what came may still be published: while a body comes, for hours perhaps, an object may become private, a policy
// be changed, or the sender's key be disabled.
import type { ReceivedBlob } from "./receive-object.ts";
import type { RequestContext } from "./service-context.ts";

/** @throws {ServiceError} AccessDenied, InvalidAccessKeyId, InvalidSecurityToken; the bytes are deleted then */
export async function assertStillAllowed(
  { blobId }: Pick<ReceivedBlob, "blobId">,
  { store, authorizeAgain }: Pick<RequestContext, "authorizeAgain" | "store">,
): Promise<void> {
  try {
    await authorizeAgain();
  } catch (refusal) {
    await store.blobs.delete([blobId]);
    throw refusal;
  }
}
