// The file of identities as text: JSON that is checked before anybody relies on it.
import { parsePolicy } from "../policy/parse-policy.ts";
import type { PolicyKind } from "../policy/policy.ts";
import { PolicyError } from "../policy/policy-error.ts";
import { systemPolicy } from "../policy/system-policies.ts";
import type { AccessKey, AttachedPolicy, Identities, Role, User } from "./identities.ts";
import { IDENTITY_NAME, SESSION_LIFE_MAX_SECONDS, SESSION_LIFE_MIN_SECONDS } from "./identities.ts";
import { IdentityError } from "./identity-error.ts";

const FORMAT = 1;

export function identitiesText(identities: Identities): string {
  return `${JSON.stringify({ format: FORMAT, ...identities }, null, 2)}\n`;
}

/** @param path  for messages @throws {IdentityError} when the text is none, or of a newer format */
export function readIdentities(text: string, path: string): Identities {
  const fail = (problem: string): never => {
    throw new IdentityError(`${path} cannot be used: ${problem}`);
  };
  const document = parseJson(text, fail);
  if (document.format !== FORMAT) {
    fail(`its format is ${String(document.format)}, and this program knows ${FORMAT}`);
  }
  const read = new Reader(fail);
  return {
    keyCheck: read.text(document, "keyCheck"),
    account: {
      accessKeys: read.list(read.record(document.account), "accessKeys").map((key) => accessKey(key, read)),
    },
    users: read.list(document, "users").map((user) => userOf(user, read)),
    roles: read.list(document, "roles").map((role) => roleOf(role, read)),
  };
}

type Fail = (problem: string) => never;
type Fields = Readonly<Record<string, unknown>>;

/** Fields of the document, each with what it must be. */
class Reader {
  readonly fail: Fail;

  constructor(fail: Fail) {
    this.fail = fail;
  }

  record(value: unknown): Fields {
    return isRecord(value) ? value : this.fail("something in it is no object");
  }

  list(fields: Fields, name: string): readonly Fields[] {
    const value = fields[name];
    return Array.isArray(value) ? value.map((entry) => this.record(entry)) : this.fail(`${name} is no array`);
  }

  text(fields: Fields, name: string): string {
    const value = fields[name];
    return typeof value === "string" && value !== "" ? value : this.fail(`${name} is missing somewhere`);
  }

  name(fields: Fields): string {
    const name = this.text(fields, "name");
    return IDENTITY_NAME.test(name) ? name : this.fail(`${JSON.stringify(name)} is no name`);
  }

  policyText(fields: Fields, name: string, kind: PolicyKind): string {
    const text = this.text(fields, name);
    try {
      parsePolicy(text, kind);
    } catch (failure) {
      if (failure instanceof PolicyError) {
        this.fail(`a policy in it is none: ${failure.message}`);
      }
      throw failure;
    }
    return text;
  }
}

function accessKey(fields: Fields, read: Reader): AccessKey {
  return {
    id: read.text(fields, "id"),
    sealedSecret: read.text(fields, "sealedSecret"),
    isEnabled: fields.isEnabled === true,
    createdAt: read.text(fields, "createdAt"),
  };
}

function userOf(fields: Fields, read: Reader): User {
  return {
    name: read.name(fields),
    id: read.text(fields, "id"),
    createdAt: read.text(fields, "createdAt"),
    accessKeys: read.list(fields, "accessKeys").map((key) => accessKey(key, read)),
    policies: read.list(fields, "policies").map((policy) => attachedPolicy(policy, read)),
  };
}

function roleOf(fields: Fields, read: Reader): Role {
  const { sessionMaxSeconds } = fields;
  const isLife =
    typeof sessionMaxSeconds === "number" &&
    sessionMaxSeconds >= SESSION_LIFE_MIN_SECONDS &&
    sessionMaxSeconds <= SESSION_LIFE_MAX_SECONDS;
  return {
    name: read.name(fields),
    id: read.text(fields, "id"),
    createdAt: read.text(fields, "createdAt"),
    trust: read.policyText(fields, "trust", "trust"),
    policies: read.list(fields, "policies").map((policy) => attachedPolicy(policy, read)),
    sessionMaxSeconds: isLife
      ? sessionMaxSeconds
      : read.fail("sessionMaxSeconds of a role is out of its range"),
  };
}

function attachedPolicy(fields: Fields, read: Reader): AttachedPolicy {
  const name = read.name(fields);
  if (fields.text !== undefined) {
    return { name, text: read.policyText(fields, "text", "identity") };
  }
  return systemPolicy(name) === undefined ? read.fail(`there is no system policy ${name}`) : { name };
}

function parseJson(text: string, fail: Fail): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says quotes what it stands at, and secrets, though sealed, belong into no message.
    return fail("it is no JSON; restore it from a backup");
  }
  return isRecord(value) ? value : fail("it is no object");
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
