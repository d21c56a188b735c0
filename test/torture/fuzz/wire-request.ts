// A request as bytes. Here is what no HTTP library would send: heads and bodies that contradict themselves, chunks with
// wrong sizes, requests cut short. A changed head may make one request two, so such requests get their own connection.
import { parseEndpoint, requestAddress } from "../../../src/protocol/addressing/endpoint.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { Draft } from "./draft.ts";
import type { World } from "./world.ts";

export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headerLines: readonly string[];
  /** As it goes over the wire, with the framing of its chunks. */
  readonly body: Uint8Array;
}

export function wireRequest(draft: Draft, world: World, random: SeededRandom): WireRequest {
  const isInHost = draft.resource.bucket !== undefined && random.next() < 0.1;
  const endpoint = isInHost
    ? parseEndpoint(`http://localhost:${world.port}`, { addressing: "virtual-host" })
    : parseEndpoint(`http://${world.host}`);
  // Names that no endpoint takes into a host stay in the path.
  const { host, target } = requestAddress(endpoint, draft.resource, draft.query);
  const isChunked = random.next() < 0.1;
  const hasBody = draft.body.length > 0 || ["PUT", "POST"].includes(draft.method);
  const framing = isChunked ? ["transfer-encoding: chunked"] : [`content-length: ${draft.body.length}`];
  return {
    method: draft.method,
    target,
    version: "HTTP/1.1",
    headerLines: [
      `host: ${host}`,
      ...Object.entries(draft.headers).flatMap(([name, value]) => headerLines(name, value, random)),
      ...(hasBody ? framing : []),
    ],
    body: hasBody && isChunked ? chunked(draft.body, random) : draft.body,
  };
}

export function bytesOf({ method, target, version, headerLines: lines, body }: WireRequest): Buffer {
  const head = [`${method} ${target} ${version}`, ...lines, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "utf8"), body]);
}

/** What a comma joins may come as several headers of one name: the signature is the same. */
function headerLines(name: string, value: string, random: SeededRandom): readonly string[] {
  const canSplit = name.startsWith("x-oss-") && value.includes(",") && !/, | ,/.test(value);
  return canSplit && random.next() < 0.5
    ? value.split(",").map((part) => `${name}: ${part}`)
    : [`${name}: ${value}`];
}

function chunked(body: Uint8Array, random: SeededRandom): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < body.length; ) {
    const end = Math.min(body.length, start + random.integer(1, 1_000));
    pieces.push(
      Buffer.from(`${(end - start).toString(16)}\r\n`),
      body.subarray(start, end),
      Buffer.from("\r\n"),
    );
    start = end;
  }
  return Buffer.concat([...pieces, Buffer.from("0\r\n\r\n")]);
}
