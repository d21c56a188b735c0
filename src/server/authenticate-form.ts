// A request that is a form: who signed it, for which bucket, and what its policy lets through. What other requests say
// in address and headers, a form says in its fields, so they are read before anything is known about it.
import { serviceError } from "../protocol/errors/known-error.ts";
import { present } from "../protocol/fields/present.ts";
import type { Form, RequestMessage, Resource } from "../protocol/http-message.ts";
import { hasMark } from "../protocol/routing/route.ts";
import { invalidAccessKeyId } from "../protocol/signing/authentication-errors.ts";
import { parseFormAuthentication } from "../protocol/signing/form-authentication.ts";
import { parsePostPolicy, type SizeRange } from "../protocol/signing/post-policy.ts";
import { verifyFormAuthentication } from "../protocol/signing/verify-form-authentication.ts";
import { verifyPostPolicy } from "../protocol/signing/verify-post-policy.ts";
import {
  type AskAgain,
  type AuthenticationContext,
  anybody,
  askingAgain,
  findCredentials,
  likeliestResource,
} from "./authenticate.ts";
import { nodeSigningCrypto } from "./node-signing-crypto.ts";
import { account, anonymous, type Principal } from "./principal.ts";
import { readForm } from "./read-form.ts";
import type { RequestBody } from "./service-context.ts";
import { verifiedBody } from "./verified-body.ts";

/** The caller disposes of it, whether or not the file was read. */
export interface PostedForm extends Disposable {
  /** Anybody when the form is not signed. */
  readonly principal: Principal;
  /** Undefined when the form is not signed. */
  readonly accessKeyId?: string;
  readonly askAgain: AskAgain;
  /** A form is signed in its fields. */
  readonly isSignedUrl?: never;
  readonly resource: Resource;
  readonly form: Form;
  /** Fails when the policy does not allow its size. */
  readonly file: RequestBody;
}

/** Whether a request posts a form to a bucket. Signatures in its headers or its URL do not count, as with OSS. */
export function isFormPost(
  { method, headers, query }: RequestMessage,
  candidates: readonly Resource[],
): boolean {
  const isForm = /^\s*multipart\/form-data\s*(?:;|$)/i.test(headers["content-type"] ?? "");
  return method === "POST" && isForm && !hasMark(query) && candidates.some(isBucket);
}

/**
 * @param request  for which `isFormPost()` holds
 * @throws {ServiceError} what readForm(), verifyFormAuthentication() and verifyPostPolicy() throw
 */
export async function receiveForm(
  { headers }: RequestMessage,
  candidates: readonly Resource[],
  body: RequestBody,
  context: AuthenticationContext,
): Promise<PostedForm> {
  if (body.sizeBytes === undefined && headers["transfer-encoding"] === undefined) {
    throw serviceError("MissingContentLength");
  }
  const received = await readForm(verifiedBody(body, headers["content-md5"]), headers["content-type"] ?? "");
  try {
    // The signature of a form does not cover the bucket, so it cannot tell the readings apart.
    const resource = await likeliestResource(candidates.filter(isBucket), context);
    const verdict = await authenticateForm(received.form, resource.bucket ?? "", context);
    const { form, file } = received;
    const { range, ...signer } = verdict;
    return {
      ...signer,
      resource,
      form,
      file: range === undefined ? file : { ...file, chunks: withinRange(file.chunks, range) },
      [Symbol.dispose]: () => received[Symbol.dispose](),
    };
  } catch (failure) {
    received[Symbol.dispose]();
    throw failure;
  }
}

async function authenticateForm(
  form: Form,
  bucket: string,
  { credentials: store, region, now: clock, keyCache }: AuthenticationContext,
): Promise<
  Pick<PostedForm, "accessKeyId" | "askAgain" | "principal"> & { readonly range?: SizeRange | undefined }
> {
  const authentication = parseFormAuthentication(form);
  if (authentication === undefined) {
    return { principal: anonymous, askAgain: anybody };
  }
  const now = new Date(clock());
  const credentials = findCredentials(authentication, store);
  if (credentials === undefined) {
    throw invalidAccessKeyId(authentication.accessKeyId);
  }
  const facts = { authentication, credentials, region, now, ...present({ keyCache }) };
  await verifyFormAuthentication(facts, nodeSigningCrypto);
  const { scheme, policy } = authentication;
  const range = verifyPostPolicy(parsePostPolicy(policy), { bucket, form, scheme, now });
  const { accessKeyId } = credentials;
  const askAgain = askingAgain(authentication, credentials, store);
  return { principal: credentials.holder ?? account, accessKeyId, askAgain, range };
}

function isBucket({ bucket = "", key = "" }: Resource): boolean {
  return bucket !== "" && key === "";
}

/** Source: OSS API, PostObject: the policy's content-length-range is the size of the file alone. */
async function* withinRange(
  chunks: AsyncIterable<Uint8Array>,
  { minBytes, maxBytes }: SizeRange,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) {
      throw serviceError("EntityTooLarge", {
        fields: { MaxSizeAllowed: String(maxBytes), ProposedSize: String(sizeBytes) },
        ec: "0006-00000004",
      });
    }
    yield chunk;
  }
  if (sizeBytes < minBytes) {
    throw serviceError("EntityTooSmall", {
      fields: { MinSizeAllowed: String(minBytes), ProposedSize: String(sizeBytes) },
    });
  }
}
