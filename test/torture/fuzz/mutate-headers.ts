// What can be wrong with the headers of a request, and still be signed.
import type { SeededRandom } from "../seeded-random.ts";
import { awkwardNumbers, awkwardValue, type Draft, headerText, type Mutation, withHeaders } from "./draft.ts";

const RANGES = [
  "bytes=0-0",
  "bytes=5-1",
  "bytes=-1",
  "bytes=-0",
  "bytes=0-",
  "bytes=99999999999999999999-",
  "bytes=0-1,3-4",
  "bytes= 0 - 1",
  "octets=0-1",
  "bytes=a-b",
  "bytes=",
  "=",
  `bytes=${"0-1,".repeat(2_000)}0-1`,
];

const DATES = [
  "Sun, 03 Dec 2023 12:12:12 GMT",
  "Thu, 01 Jan 1970 00:00:00 GMT",
  "Fri, 31 Dec 9999 23:59:59 GMT",
  "2023-12-03T12:12:12.000Z",
  "yesterday",
  "-1",
  "20231203T121212Z",
  "Sun, 99 Foo 99999 99:99:99 GMT",
];

const COPY_SOURCES = [
  "",
  "/",
  "//",
  "/fuzz-a",
  "/fuzz-a/",
  "fuzz-a/plain",
  "/fuzz-a/plain?versionId=",
  "/fuzz-a/plain?versionId=CAEQ%00",
  "/fuzz-a/%FF",
  "/fuzz-a/%",
  "/no-such-bucket/plain",
  "/guarded-bucket/secret?x=y",
  `/fuzz-a/${"x".repeat(5_000)}`,
  "/fuzz-a/../fuzz-b/plain",
  "http://169.254.169.254/latest",
];

const CALLBACKS = [
  "",
  "e30=",
  "e30",
  "not base64!",
  Buffer.from("{").toString("base64"),
  Buffer.from("null").toString("base64"),
  Buffer.from("[]").toString("base64"),
  Buffer.from('{"callbackUrl":1,"callbackBody":2}').toString("base64"),
  Buffer.from('{"callbackUrl":"","callbackBody":""}').toString("base64"),
  Buffer.from('{"callbackUrl":"file:///etc/passwd","callbackBody":"x"}').toString("base64"),
  Buffer.from('{"callbackUrl":"http://127.0.0.1:1/","callbackBody":"\u0024{x:a}\u0024{"}').toString("base64"),
  Buffer.from(`{"a":${"[".repeat(2_000)}${"]".repeat(2_000)}}`).toString("base64"),
  Buffer.from([0xff, 0xfe]).toString("base64"),
];

/** Names whose value is read by somebody, with what to put there. */
const VALUES_OF: Readonly<Record<string, (random: SeededRandom) => string>> = {
  range: (random) => random.pick(RANGES),
  "x-oss-copy-source-range": (random) => random.pick(RANGES),
  "x-oss-range-behavior": (random) => random.pick(["standard", "STANDARD", "", "x"]),
  "if-modified-since": (random) => random.pick(DATES),
  "if-unmodified-since": (random) => random.pick(DATES),
  "x-oss-copy-source-if-modified-since": (random) => random.pick(DATES),
  "if-match": awkwardValue,
  "if-none-match": (random) => random.pick(["*", '""', '"A","B"', "W/x", awkwardValue(random)]),
  "content-md5": (random) => random.pick(["", "x", "AAAA", "1B2M2Y8AsgTpgAmY7PhCfg==", "=".repeat(500)]),
  "content-type": awkwardValue,
  "content-encoding": awkwardValue,
  "content-disposition": awkwardValue,
  expires: (random) => random.pick(DATES),
  "cache-control": awkwardValue,
  "x-oss-copy-source": (random) => random.pick(COPY_SOURCES),
  "x-oss-metadata-directive": (random) => random.pick(["COPY", "REPLACE", "copy", "", "x"]),
  "x-oss-tagging-directive": (random) => random.pick(["COPY", "Replace", "", "x"]),
  "x-oss-tagging": (random) =>
    random.pick(["a=b", "a=b&a=c", "=", "&&&", "%FF=%", "a=b&".repeat(11), awkwardValue(random)]),
  "x-oss-acl": (random) => random.pick(["private", "public-read", "", "PRIVATE", awkwardValue(random)]),
  "x-oss-object-acl": (random) => random.pick(["default", "private", "", "x", awkwardValue(random)]),
  "x-oss-storage-class": (random) => random.pick(["Standard", "IA", "standard", "", awkwardValue(random)]),
  "x-oss-server-side-encryption": (random) => random.pick(["AES256", "KMS", "SM4", "", "x"]),
  "x-oss-forbid-overwrite": (random) => random.pick(["true", "false", "TRUE", "1", ""]),
  "x-oss-complete-all": (random) => random.pick(["yes", "YES", "no", ""]),
  "x-oss-hash-crc64ecma": (random) => random.pick(awkwardNumbers),
  "x-oss-traffic-limit": (random) => random.pick([...awkwardNumbers, "819200", "245760", "838860801"]),
  "x-oss-callback": (random) => random.pick(CALLBACKS),
  "x-oss-callback-var": (random) => random.pick(CALLBACKS),
  "x-oss-symlink-target": (random) => random.pick(["", "plain", "%FF", "%", "/x", awkwardValue(random)]),
  "x-oss-restore": awkwardValue,
  "x-oss-meta-a": awkwardValue,
  "x-oss-meta-": awkwardValue,
  "x-oss-meta-__proto__": awkwardValue,
  "x-oss-meta-large": (random) => "x".repeat(random.integer(7_000, 9_000)),
  "x-oss-request-payer": (random) => random.pick(["requester", "", "x"]),
  "x-oss-content-sha256": awkwardValue,
  "x-oss-security-token": awkwardValue,
  "x-oss-persistent-headers": awkwardValue,
  "x-oss-process": awkwardValue,
  "x-oss-unknown": awkwardValue,
  origin: (random) => random.pick(["http://example.com", "null", "", "*", awkwardValue(random)]),
  "access-control-request-method": (random) => random.pick(["PUT", "", "put", awkwardValue(random)]),
  "access-control-request-headers": (random) => random.pick(["x-oss-a, b", ",,,", "a,".repeat(2_000)]),
  "accept-encoding": awkwardValue,
  cookie: awkwardValue,
  te: () => "trailers",
  upgrade: (random) => random.pick(["h2c", "websocket"]),
  "user-agent": awkwardValue,
};

export const headerMutations: readonly Mutation[] = [
  {
    name: "a header with another value",
    apply: (draft, random) => {
      const name = random.pick(Object.keys(VALUES_OF));
      return setHeader(draft, name, VALUES_OF[name]?.(random) ?? "");
    },
  },
  {
    name: "an awkward value in a header that is there",
    apply: (draft, random) => {
      const names = Object.keys(draft.headers);
      const name = names.length === 0 ? "x-oss-acl" : random.pick(names);
      return setHeader(draft, name, awkwardValue(random));
    },
  },
  {
    name: "a header less",
    apply: (draft, random) => {
      const names = Object.keys(draft.headers);
      return names.length === 0 ? {} : { headers: withHeaders(draft, { [random.pick(names)]: undefined }) };
    },
  },
  {
    name: "a header twice",
    apply: (draft, random) => {
      const names = Object.keys(draft.headers);
      const name = names.length === 0 ? "x-oss-meta-a" : random.pick(names);
      return setHeader(draft, name, `${draft.headers[name] ?? "a"},${headerText(awkwardValue(random))}`);
    },
  },
  {
    name: "300 headers",
    apply: (draft) => ({
      headers: {
        ...draft.headers,
        ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x-oss-meta-h${index}`, "v"])),
      },
    }),
  },
];

function setHeader(draft: Draft, name: string, value: string): { readonly headers: Draft["headers"] } {
  return { headers: withHeaders(draft, { [name]: headerText(value) }) };
}
