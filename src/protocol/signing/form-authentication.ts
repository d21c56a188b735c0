// Who says to have signed a form. Unlike other requests, a form carries its signature in its fields, and what is
// signed is a policy, which says what the other fields may be.
//
// Source: OSS API, PostObject; OSS, "Include a V4 signature in a POST policy".

import { serviceError } from "../errors/known-error.ts";
import { invalidArgument } from "../errors/service-error.ts";
import { type Form, formValue } from "../http-message.ts";
import { tokenProperty } from "./authentication-fields.ts";
import { oss4Words } from "./oss4-words.ts";
import { V1_SECURITY_TOKEN_HEADER } from "./v1-signature.ts";
import { V2_ALGORITHM } from "./v2-signature.ts";
import { parseV4Credential, type V4Scope } from "./v4-scope.ts";

interface ClaimedPolicy {
  readonly accessKeyId: string;
  readonly signature: string;
  /** Base64, as it was sent: this text is signed. */
  readonly policy: string;
  readonly securityToken?: string;
}

interface V1FormAuthentication extends ClaimedPolicy {
  readonly scheme: "v1-form";
}

export interface V4FormAuthentication extends ClaimedPolicy {
  readonly scheme: "v4-form";
  readonly scope: V4Scope;
  /** `20231203T121212Z`, as it was sent. */
  readonly date: string;
}

/** What a form claims; nothing in it is checked but its form. */
export type FormAuthentication = V1FormAuthentication | V4FormAuthentication;

/** The fields of a V1 form, all or none of which are there. */
const v1FormFields = {
  accessKeyId: "OSSAccessKeyId",
  policy: "policy",
  signature: "Signature",
} as const;

const V4_MARKS = [oss4Words.query.version, oss4Words.query.credential, oss4Words.query.signature];

/**
 * The authentication that a form carries, or undefined when it is anonymous.
 *
 * @throws {ServiceError} InvalidArgument when a field is missing or malformed, NotImplemented for version 2
 */
export function parseFormAuthentication(form: Form): FormAuthentication | undefined {
  if (V4_MARKS.some((name) => formValue(form, name) !== undefined)) {
    return parseV4Form(form);
  }
  if (Object.values(v1FormFields).every((name) => formValue(form, name) === undefined)) {
    return undefined;
  }
  return {
    scheme: "v1-form",
    accessKeyId: requiredField(form, v1FormFields.accessKeyId),
    policy: requiredField(form, v1FormFields.policy),
    signature: requiredField(form, v1FormFields.signature),
    ...tokenProperty(formValue(form, V1_SECURITY_TOKEN_HEADER)),
  };
}

/** @throws {ServiceError} InvalidArgument when the field is missing or empty */
export function requiredField(form: Form, name: string): string {
  const value = formValue(form, name);
  if (!value) {
    throw invalidArgument(
      { name, value: "" },
      `Bucket POST must contain a field named '${name}'. If it is specified, please check the order of the fields.`,
    );
  }
  return value;
}

function parseV4Form(form: Form): V4FormAuthentication {
  const names = oss4Words.query;
  const version = requiredField(form, names.version);
  if (version === V2_ALGORITHM) {
    throw serviceError("NotImplemented", {
      message: "Signature version 2 (OSS2) is not implemented for forms. Sign with version 1 or version 4.",
      fields: { Header: names.version },
    });
  }
  if (version !== oss4Words.algorithm) {
    throw invalidArgument({ name: names.version, value: version });
  }
  const credential = requiredField(form, names.credential);
  const identity = parseV4Credential(credential, oss4Words);
  if (identity === undefined) {
    throw invalidArgument({ name: names.credential, value: credential });
  }
  return {
    scheme: "v4-form",
    ...identity,
    date: requiredField(form, names.date),
    policy: requiredField(form, v1FormFields.policy),
    signature: requiredField(form, names.signature),
    ...tokenProperty(formValue(form, names.securityToken)),
  };
}
