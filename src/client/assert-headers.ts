// What a user wants an object to carry goes in headers, and not every text can. Said before the request goes: what the
// platform would say names a rule of HTTP, and what the service would say may be that the signature is wrong.
import type { Headers } from "../protocol/http-message.ts";
import { ClientError } from "./client-error.ts";

/** Source: OSS API, PutObject, x-oss-meta-*: letters, digits and hyphens. All other names of ours are such. */
const NAME = /^[a-z0-9-]+$/;
/** Source: RFC 9110, 5.5. Everything else goes, in UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them.
const CONTROL_CHARACTER = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** @throws {ClientError} header-unusable */
export function assertHeaders(headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!NAME.test(name)) {
      throw new ClientError(
        "header-unusable",
        `the header ${JSON.stringify(name)} cannot be sent: the name of user metadata has letters from a to z, digits and hyphens`,
      );
    }
    if (CONTROL_CHARACTER.test(value)) {
      throw new ClientError(
        "header-unusable",
        `the value of ${name} cannot be sent: it has a line break or another control character; encode it, as in Base64`,
      );
    }
  }
}
