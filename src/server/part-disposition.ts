// What a part of a form says about itself: its name, and the file's name and type. Header bytes are UTF-8 here, as
// browsers write them, in quotes.
// Source: RFC 7578, section 4.2; HTML, "multipart/form-data"; curl, which escapes a quote with a backslash.

export interface PartDisposition {
  readonly name: string;
  /** Without folders, which some browsers send. */
  readonly fileName?: string;
  /** With its parameters, as it was sent. */
  readonly contentType?: string;
}

/** Lower-case names, and values whose characters are bytes. */
export type PartHeaders = Readonly<Record<string, readonly string[] | undefined>>;

const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:\\"|[^"])*)"|([^\s;"]*))\s*/y;

/** @returns undefined when the part is no field of a form, or its headers are not UTF-8 */
export function parsePartDisposition(headers: PartHeaders): PartDisposition | undefined {
  const disposition = decodeUtf8(headers["content-disposition"]?.[0] ?? "");
  const contentType = decodeUtf8(headers["content-type"]?.[0]?.trim() ?? "");
  if (
    disposition === undefined ||
    contentType === undefined ||
    !/^\s*form-data\s*(?:;|$)/i.test(disposition)
  ) {
    return undefined;
  }
  const parameters = parametersOf(disposition);
  const name = parameters?.get("name");
  if (name === undefined) {
    return undefined;
  }
  const fileName = parameters?.get("filename")?.replace(/^.*[/\\]/s, "");
  return {
    name,
    ...(fileName ? { fileName } : {}),
    ...(contentType === "" ? {} : { contentType }),
  };
}

/** @returns undefined when anything but parameters stands behind the first word */
function parametersOf(disposition: string): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  const start = disposition.indexOf(";");
  PARAMETER.lastIndex = start === -1 ? disposition.length : start;
  while (PARAMETER.lastIndex < disposition.length) {
    const match = PARAMETER.exec(disposition);
    if (match === null) {
      return undefined;
    }
    const [, name = "", quoted, bare = ""] = match;
    parameters.set(name.toLowerCase(), quoted?.replaceAll('\\"', '"') ?? bare);
  }
  return parameters;
}

function decodeUtf8(binary: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(binary, "latin1"));
  } catch {
    return undefined;
  }
}
