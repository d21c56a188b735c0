// What the running server of a data folder knows about a bucket and an object that decides who may use them.
import { parseEndpoint, requestAddress } from "../protocol/addressing/endpoint.ts";
import { oss } from "../protocol/dialects/oss.ts";
import { decodeError } from "../protocol/errors/error-document.ts";
import type { ServiceError } from "../protocol/errors/service-error.ts";
import type { Operation } from "../protocol/operation.ts";
import { getBucketAcl } from "../protocol/operations/get-bucket-acl.ts";
import { getBucketPolicy } from "../protocol/operations/get-bucket-policy.ts";
import { getBucketPublicAccessBlock } from "../protocol/operations/get-bucket-public-access-block.ts";
import { getObjectAcl } from "../protocol/operations/get-object-acl.ts";
import { signV4Header } from "../protocol/signing/sign-v4-header.ts";
import { nodeSigningCrypto } from "../server/node-signing-crypto.ts";
import { CommandError } from "./command-error.ts";
import { connectionOfDataFolder } from "./connection.ts";

interface BucketRules {
  /** The text of the bucket's policy; undefined where it has none. */
  readonly policy?: string;
  /** Undefined where there is no such bucket. */
  readonly bucketAcl?: string;
  /** Undefined where there is no such object, or it goes by the bucket's. */
  readonly objectAcl?: string;
  /** Whether what lets everybody in counts for nothing. */
  readonly isPublicAccessBlocked: boolean;
}

/** What is not there says nothing. */
const MISSING: readonly string[] = ["NoSuchBucket", "NoSuchBucketPolicy", "NoSuchKey"];

/** @throws {CommandError} when no server runs on the folder @throws {ServiceError} when it does not tell */
export async function readBucketRules(
  folder: string,
  { bucket, key }: { readonly bucket: string; readonly key?: string | undefined },
): Promise<BucketRules> {
  const connection = await connectionOfDataFolder(folder);
  const policy = await ask(getBucketPolicy, { bucket }, connection);
  const bucketAcl = await ask(getBucketAcl, { bucket }, connection);
  const objectAcl = key ? await ask(getObjectAcl, { bucket, key }, connection) : undefined;
  const block = await ask(getBucketPublicAccessBlock, { bucket }, connection);
  return {
    isPublicAccessBlocked: block?.blockPublicAccess ?? false,
    ...(policy && { policy: policy.policy }),
    ...(bucketAcl && { bucketAcl: bucketAcl.grant }),
    ...(objectAcl && objectAcl.grant !== "default" && { objectAcl: objectAcl.grant }),
  };
}

/** Most often a certificate that no public authority has signed. */
function unreachable(endpoint: string, failure: Error): CommandError {
  const { message } = failure.cause instanceof Error ? failure.cause : failure;
  const advice = endpoint.startsWith("https:")
    ? "; name the authority of its certificate in NODE_EXTRA_CA_CERTS"
    : "";
  return new CommandError(`the server at ${endpoint} cannot be asked: ${message}${advice}`, {
    cause: failure,
  });
}

async function ask<Input, Output>(
  operation: Operation<Input, Output>,
  input: Input,
  { auth, endpoint: text, region }: Awaited<ReturnType<typeof connectionOfDataFolder>>,
): Promise<Output | undefined> {
  const endpoint = parseEndpoint(text);
  const options = { credentials: auth, time: new Date(), region };
  // In a header, for a bucket may ask URLs which page they come from.
  const signed = await signV4Header(operation.encodeRequest(input, oss), options, nodeSigningCrypto);
  const { scheme, host, target } = requestAddress(endpoint, signed.resource, signed.query);
  const { method, headers } = signed;
  const response = await fetch(`${scheme}://${host}${target}`, { method, headers }).catch(
    (failure: Error) => {
      throw unreachable(text, failure);
    },
  );
  const answer = {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: await response.text(),
  };
  if (response.ok) {
    return operation.decodeResponse(answer, oss);
  }
  const failure: ServiceError = decodeError(answer, oss);
  if (MISSING.includes(failure.code)) {
    return undefined;
  }
  throw failure;
}
