// One request of a drawn connection, as bytes: how its body is framed, in which pieces it goes out, and how it ends.
import { createHash } from "node:crypto";
import fc from "fast-check";

export interface DrawnRequest {
  readonly kind: "append" | "form" | "object" | "part";
  readonly sizeBytes: number;
  readonly framing: "chunked" | "continue" | "length";
  /** Of the pieces that go out one by one; the last goes on to the end. */
  readonly pieceSizesBytes: readonly number[];
  /** How many turns of the event loop pass before each piece. */
  readonly pauseTurns: number;
  readonly fate: "cut" | "half-closed" | "refused" | "stored" | "wrong-digest";
  /** Whether the next request follows without a wait for this one's answer. */
  readonly isPipelined: boolean;
}

/** Whoever declares so much gets a failing disk: see the test. */
export const FAILING_SIZE_BYTES = 77_777;

/** Around the borders: of what comes with a head, of the stash, of records, of buffers. */
const SIZES_BYTES = [
  ...[0, 1, 63, 64, 100, 4_095, 4_096, 16_384, 16_385, 65_535, 65_536, 131_072],
  ...[FAILING_SIZE_BYTES, 524_288, 524_289, 1_048_576, 1_300_000],
];

export const drawnRequests: fc.Arbitrary<readonly DrawnRequest[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("object", "object", "part", "append", "form"),
    sizeBytes: fc.oneof(fc.constantFrom(...SIZES_BYTES), fc.nat(40_000)),
    framing: fc.constantFrom("length", "length", "chunked", "continue"),
    pieceSizesBytes: fc.array(
      fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 300, max: 70_000 })),
      {
        maxLength: 4,
      },
    ),
    pauseTurns: fc.nat(3),
    fate: fc.constantFrom(
      "stored",
      "stored",
      "stored",
      "stored",
      "wrong-digest",
      "refused",
      "cut",
      "half-closed",
    ),
    isPipelined: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Sixteen bytes that stand nowhere else: they say of which request they are, and where in its body they stand. */
export function bodyOf(requestNumber: number, sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(sizeBytes / 16) * 16);
  for (let offset = 0; offset < bytes.length; offset += 16) {
    bytes.writeUInt32LE(requestNumber, offset);
    bytes.writeUInt32LE(offset, offset + 4);
    bytes.writeUInt32LE(Math.imul(requestNumber + 1, 0x9e37_79b1) >>> 0, offset + 8);
    bytes.writeUInt32LE(Math.imul(offset + requestNumber, 0x85eb_ca6b) >>> 0, offset + 12);
  }
  return bytes.subarray(0, sizeBytes);
}

/** Whether all of its bytes go out, and are those that were declared. */
export function isSound({ kind, sizeBytes, framing, fate }: DrawnRequest): boolean {
  switch (fate) {
    case "cut":
    case "half-closed":
      // There is nothing to leave out.
      return kind !== "form" && framing !== "chunked" && sizeBytes === 0;
    case "wrong-digest":
      // A form's signature and policy say what it is, and none of these has one.
      return kind === "form";
    default:
      return true;
  }
}

export function isDiskFailing({ kind, sizeBytes, framing }: DrawnRequest): boolean {
  return kind !== "form" && framing !== "chunked" && sizeBytes === FAILING_SIZE_BYTES;
}

export interface Target {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly partNumber: number;
}

/** The head, and the body as it goes over the wire. */
export function wireBytes(
  { kind, framing, fate }: DrawnRequest,
  body: Buffer,
  { bucket, key, uploadId, partNumber }: Target,
): { readonly head: string; readonly payload: Buffer } {
  const content = kind === "form" ? formAround(key, body) : body;
  const [method, address] = {
    object: ["PUT", `/${bucket}/${key}`],
    part: ["PUT", `/${bucket}/parts?partNumber=${partNumber}&uploadId=${uploadId}`],
    append: ["POST", `/${bucket}/${key}?append&position=0`],
    form: ["POST", `/${bucket}/`],
  }[kind];
  const digest = createHash("md5").update(fate === "wrong-digest" ? "another body" : content);
  const lines = [
    `${method} ${address} HTTP/1.1`,
    "Host: 127.0.0.1",
    ...(kind === "form" ? [`Content-Type: multipart/form-data; boundary=${EDGE}`] : []),
    ...(fate === "wrong-digest" && kind !== "form" ? [`Content-MD5: ${digest.digest("base64")}`] : []),
    framing === "chunked" ? "Transfer-Encoding: chunked" : `Content-Length: ${content.length}`,
    ...(framing === "continue" ? ["Expect: 100-continue"] : []),
  ];
  const payload = framing === "chunked" ? inChunks(content) : content;
  return { head: `${lines.join("\r\n")}\r\n\r\n`, payload };
}

const EDGE = "edge-of-a-form";

function formAround(key: string, body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`--${EDGE}\r\nContent-Disposition: form-data; name="key"\r\n\r\n${key}\r\n`),
    Buffer.from(`--${EDGE}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n`),
    body,
    Buffer.from(`\r\n--${EDGE}--\r\n`),
  ]);
}

/** Of 1, 2, 4 … bytes, and from some size on all alike. */
function inChunks(content: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let offset = 0, size = 1; offset < content.length; offset += size, size = Math.min(size * 2, 50_000)) {
    const chunk = content.subarray(offset, offset + size);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n"));
    size = chunk.length;
  }
  return Buffer.concat([...chunks, Buffer.from("0\r\n\r\n")]);
}

/** In this order. */
export function piecesOf(payload: Buffer, sizesBytes: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let offset = 0;
  for (const size of sizesBytes) {
    pieces.push(payload.subarray(offset, offset + size));
    offset += size;
  }
  return [...pieces, payload.subarray(offset)].filter((piece) => piece.length > 0);
}
