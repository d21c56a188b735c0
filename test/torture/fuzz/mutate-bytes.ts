// What can be wrong with the bytes of a request. Each goes over a connection of its own.
import type { SeededRandom } from "../seeded-random.ts";
import { bytesOf, type WireRequest } from "./wire-request.ts";

type WireChange = (request: WireRequest, random: SeededRandom) => Partial<WireRequest>;

const LONG_TARGET_LENGTHS = [8_000, 40_000, 70_000];

const targets: readonly ((target: string, random: SeededRandom) => string)[] = [
  (target) => `http://127.0.0.1${target}`,
  (target) => `http://guarded-bucket.oss-cn-hangzhou.aliyuncs.com${target}`,
  (target) => `ftp://h${target}`,
  (target) => `http://[::1${target}`,
  (target) => `http://${target}`,
  (target) => `/${target}`,
  (target) => `//guarded-bucket/${target}`,
  (target) => target.slice(1),
  (target) => `${target}%`,
  (target) => `${target}%zz`,
  (target) => `${target}%00`,
  (target) => `${target}%FF%FE`,
  (target) => `${target}%C0%AE%C0%AE/`,
  (target) => `${target}%ED%A0%80`,
  (target) => `${target}?%FF=%`,
  (target) => `${target}&=&=&&?&#`,
  (target) => `${target}#fragment`,
  (target) => `${target}\u00e9\u4e2d`,
  (target) => `${target}\u0000`,
  (target) => `${target} x`,
  (target) => `${target}\t`,
  (target) => `${target}/../../..`,
  (target) => target.replace("/", "/%2F"),
  (target, random) => `${target}${"a".repeat(random.pick(LONG_TARGET_LENGTHS))}`,
  (target, random) => `${target}?${"a&".repeat(random.pick(LONG_TARGET_LENGTHS) / 2)}`,
  () => "*",
  () => "",
  () => "/",
  () => "?",
  () => "\\",
];

const METHODS = [
  "get",
  "G E T",
  "",
  "GET\u0000",
  "CONNECT",
  "PRI",
  "M-SEARCH",
  "SOURCE",
  "QUERY",
  "x".repeat(5_000),
];
const VERSIONS = [
  "HTTP/1.0",
  "HTTP/0.9",
  "HTTP/2.0",
  "HTTP/1.2",
  "HTTP/1.1 x",
  "http/1.1",
  "",
  "HTTP/11",
  "ICE/1.0",
];

const LINES: readonly string[] = [
  "no colon",
  "space before : colon",
  ": no name",
  " folded",
  "a:\u0000b",
  "a: b\rc",
  "a: \u00ff\u0080",
  "a: é中",
  "a\u00e9: b",
  "(): []",
  `a: ${"b".repeat(30_000)}`,
  `a: ${"b".repeat(70_000)}`,
  `${"a".repeat(70_000)}: b`,
  "host: other",
  "host: ",
  "host: a,b",
  "host: [::1",
  "host: .localhost",
  "host: guarded-bucket.localhost",
  "host: a\u00e9.com",
  `host: ${"a.".repeat(10_000)}`,
  "connection: close",
  "connection: keep-alive, upgrade",
  "connection: content-length",
  "expect: 100-continue",
  "expect: 200-ok",
  "upgrade: websocket",
  "te: trailers",
  "trailer: content-md5",
  "content-type: a",
  "authorization: OSS a:b",
  "date: x",
  "x-oss-date: 20000101T000000Z",
];

const FRAMINGS: readonly string[] = [
  "content-length: 0",
  "content-length: 1",
  "content-length: 5",
  "content-length: 99999999999",
  "content-length: 18446744073709551616",
  "content-length: -1",
  "content-length: +5",
  "content-length: 5, 5",
  "content-length: 5,6",
  "content-length: 0x5",
  "content-length: 5.0",
  "content-length: 1e3",
  "content-length: ",
  "content-length: five",
  "transfer-encoding: chunked",
  "transfer-encoding: Chunked",
  "transfer-encoding: chunked, chunked",
  "transfer-encoding: gzip, chunked",
  "transfer-encoding: chunked, gzip",
  "transfer-encoding: gzip",
  "transfer-encoding: identity",
  "transfer-encoding: xchunked",
  "transfer-encoding:\u000bchunked",
  "transfer-encoding: ",
];

const CHUNKS: readonly string[] = [
  "5\r\nhello\r\n0\r\n\r\n",
  "5\r\nhello\r\n0\r\ntrailer: x\r\n\r\n",
  "5\r\nhello\r\n0\r\ncontent-length: 5\r\nx-oss-meta-a: b\r\n\r\n",
  `5;${"ext=v;".repeat(3_000)}\r\nhello\r\n0\r\n\r\n`,
  '5;a="b\r\nhello\r\n0\r\n\r\n',
  "5\nhello\n0\n\n",
  "5\r\nhelloX\r\n0\r\n\r\n",
  "6\r\nhello\r\n0\r\n\r\n",
  "4\r\nhello\r\n0\r\n\r\n",
  "-5\r\nhello\r\n0\r\n\r\n",
  "0x5\r\nhello\r\n0\r\n\r\n",
  "g\r\nhello\r\n0\r\n\r\n",
  "\r\nhello\r\n0\r\n\r\n",
  "ffffffffffffffff\r\nhello",
  "fffffffffffffffff\r\nhello",
  "7fffffffffffffff\r\nhello",
  "5\r\nhello\r\n",
  "5\r\nhel",
  "5",
  "",
  `${"0".repeat(20_000)}5\r\nhello\r\n0\r\n\r\n`,
  `${"1\r\na\r\n".repeat(5_000)}0\r\n\r\n`,
  `5\r\nhello\r\n0\r\n${"a: b\r\n".repeat(5_000)}\r\n`,
  `5\r\nhello\r\n0\r\na: ${"b".repeat(70_000)}\r\n\r\n`,
];

const isFraming = (line: string) => /^(?:content-length|transfer-encoding):/.test(line);

const changes: Readonly<Record<string, WireChange>> = {
  "another target": ({ target }, random) => ({ target: random.pick(targets)(target, random) }),
  "another method word": (_request, random) => ({ method: random.pick(METHODS) }),
  "another version": (_request, random) => ({ version: random.pick(VERSIONS) }),
  "one more header line": ({ headerLines }, random) => ({
    headerLines: insert(headerLines, random.pick(LINES), random),
  }),
  "1,500 more header lines": ({ headerLines }) => ({
    headerLines: [...headerLines, ...Array.from({ length: 1_500 }, (_, index) => `a${index}: b`)],
  }),
  "no host": ({ headerLines }) => ({ headerLines: headerLines.filter((line) => !line.startsWith("host:")) }),
  "a header line twice": ({ headerLines }, random) => ({
    headerLines: insert(headerLines, random.pick(headerLines), random),
  }),
  "another length": ({ headerLines }, random) => ({
    headerLines: [...headerLines.filter((line) => !isFraming(line)), random.pick(FRAMINGS)],
  }),
  "one more length": ({ headerLines }, random) => ({ headerLines: [...headerLines, random.pick(FRAMINGS)] }),
  "no length": ({ headerLines }) => ({ headerLines: headerLines.filter((line) => !isFraming(line)) }),
  "broken chunks": ({ headerLines }, random) => ({
    headerLines: [...headerLines.filter((line) => !isFraming(line)), "transfer-encoding: chunked"],
    body: Buffer.from(random.pick(CHUNKS)),
  }),
};

/** The bytes of `request` after one change of its head or of its bytes, and the change's name. */
export function brokenBytes(
  request: WireRequest,
  random: SeededRandom,
): { readonly bytes: Buffer; readonly change: string } {
  if (random.next() < 0.7) {
    const [change, apply] = random.pick(Object.entries(changes));
    return { bytes: bytesOf({ ...request, ...apply(request, random) }), change };
  }
  const [change, apply] = random.pick(Object.entries(byteChanges));
  return { bytes: apply(bytesOf(request), random), change };
}

const byteChanges: Readonly<Record<string, (bytes: Buffer, random: SeededRandom) => Buffer>> = {
  "cut short": (bytes, random) => bytes.subarray(0, random.integer(0, bytes.length)),
  "bytes changed": (bytes, random) => {
    const changed = Buffer.from(bytes);
    for (let count = random.integer(1, 8); count > 0; count -= 1) {
      changed[random.integer(0, changed.length - 1)] = random.integer(0, 255);
    }
    return changed;
  },
  "bytes put in": (bytes, random) => {
    const index = random.integer(0, bytes.length);
    const noise = Buffer.from(Array.from({ length: random.integer(1, 30) }, () => random.integer(0, 255)));
    return Buffer.concat([bytes.subarray(0, index), noise, bytes.subarray(index)]);
  },
  "noise behind": (bytes) => Buffer.concat([bytes, Buffer.from("\u0000\u0001 nonsense\r\n\r\n")]),
  "empty lines in front": (bytes) => Buffer.concat([Buffer.from("\r\n\r\n"), bytes]),
  "bare line feeds": (bytes) => Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1"),
  "bare returns": (bytes) => Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\r"), "latin1"),
  "the start of TLS": () => Buffer.from("16030100a5010000a10303", "hex"),
  "the preface of HTTP/2": () => Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  noise: (_bytes, random) => Buffer.from(Array.from({ length: 300 }, () => random.integer(0, 255))),
};

function insert(lines: readonly string[], line: string, random: SeededRandom): readonly string[] {
  return lines.toSpliced(random.integer(0, lines.length), 0, line);
}
