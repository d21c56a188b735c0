// What can be wrong with a document of XML or JSON, and still come with a right Content-MD5 and a valid signature.
import { createHash } from "node:crypto";
import type { SeededRandom } from "../seeded-random.ts";
import { awkwardNumbers, awkwardValue, type Draft, type Mutation, withHeaders } from "./draft.ts";

type TextChange = (text: string, random: SeededRandom) => string | Uint8Array;

const REPEATED_MAX = 3_000;

const changes: Readonly<Record<string, TextChange>> = {
  "cut short": (text, random) => text.slice(0, random.integer(0, text.length)),
  "nothing at all": () => "",
  "elements nested deeply": (text, random) => `${"<a>".repeat(random.integer(1, 3_000))}${text}`,
  "an element nested deeply": (text, random) => {
    const depth = random.integer(1, 40);
    return text.replace(/>(?=<)/, () => `>${"<a>".repeat(depth)}${"</a>".repeat(depth)}`);
  },
  "an entity of its own": (text) =>
    `<!DOCTYPE x [<!ENTITY e "${"e".repeat(100)}">]>${text.replace(/>([^<>]+)</, ">&e;<")}`,
  "an entity from a file": (text) => `<!DOCTYPE x SYSTEM "file:///etc/passwd">${text}`,
  "an unknown entity": (text) => text.replace(/>([^<>]+)</, ">&nbsp;&#0;&#xFFFFFFFF;<"),
  "another root": (text) => text.replaceAll(/^(<\?.*?\?>)?<([A-Za-z]+)|<\/[A-Za-z]+>$/g, "<x"),
  "two roots": (text) => text + text,
  "many attributes": (text, random) => {
    const count = random.integer(1, REPEATED_MAX);
    const attributes = Array.from({ length: count }, (_, index) => `a${index}="v"`).join(" ");
    return text.replace(/^(<\?.*?\?>)?<([A-Za-z]+)/, (root) => `${root} ${attributes}`);
  },
  "an attribute that is large": (text) =>
    text.replace(/<([A-Za-z]+)/, (root) => `${root} a="${"v".repeat(60_000)}"`),
  "an attribute twice": (text) => text.replace(/<([A-Za-z]+)/, (root) => `${root} a="" a=""`),
  "an attribute without a value": (text) => text.replace(/<([A-Za-z]+)/, (root) => `${root} a b=c`),
  "a namespace": (text) =>
    text.replace(/<([A-Za-z]+)/, (root) => `${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`),
  "a prefix": (text) => text.replace(/<([A-Za-z]+)/, "<p:$1"),
  "an element many times": (text, random) =>
    text.replace(/<([A-Za-z]+)>([^<]*)<\/\1>/, (whole) => whole.repeat(random.integer(2, REPEATED_MAX))),
  "elements without a text": (text) => text.replaceAll(/>([^<>]+)</g, "><"),
  "an awkward text": (text, random) =>
    replaceOne(text, />([^<>]+)</g, `>${escapeText(awkwardValue(random))}<`, random),
  "an awkward number": (text, random) =>
    replaceOne(text, />([^<>]+)</g, `>${random.pick(awkwardNumbers)}<`, random),
  "raw text": (text, random) => replaceOne(text, />([^<>]+)</g, `>${awkwardValue(random)}<`, random),
  "one element renamed": (text, random) => replaceOne(text, /<[A-Za-z]+>/g, "<Renamed>", random),
  "another name": (text, random) => {
    const names = [...text.matchAll(/<([A-Za-z]+)>/g)].map(([, name = ""]) => name);
    return names.length === 0 ? text : text.replaceAll(`${random.pick(names)}>`, "Other>");
  },
  "CDATA and comments": (text) => text.replaceAll(/>([^<>]*)</g, "><!--<a>--><![CDATA[$1]]><?pi <a>?><"),
  "a comment without an end": (text) => `${text}<!-- `,
  "blanks between": (text) => text.replaceAll("><", `>${" \n".repeat(50)}<`),
  "not UTF-8": (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xc0, 0x80])]),
  "UTF-16": (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  "another encoding declared": (text) =>
    `<?xml version="1.0" encoding="ISO-2022-JP"?>${text.replace(/^<\?.*?\?>/, "")}`,
  "a byte order mark": (text) => `\ufeff${text}`,
  "a character changed": (text, random) => {
    const index = random.integer(0, Math.max(0, text.length - 1));
    return text.slice(0, index) + String.fromCharCode(random.integer(0, 300)) + text.slice(index + 1);
  },
  JSON: (_text, random) =>
    random.pick(["{}", "[]", "null", '"', `${"[".repeat(5_000)}`, '{"Version":"1","Statement":{}}']),
  "JSON with another type": (text, random) =>
    replaceOne(text, /"[^"]*"/g, random.pick(["1", "null", "[]", "{}", '""', "1e999"]), random),
  "JSON with __proto__": (text) => text.replace("{", '{"__proto__":{"a":1},"constructor":null,'),
};

export const documentMutations: readonly Mutation[] = Object.entries(changes).map(([name, change]) => ({
  name: `a document: ${name}`,
  apply(draft: Draft, random: SeededRandom) {
    const changed = change(Buffer.from(draft.body).toString("utf8"), random);
    const body = Buffer.from(changed as string);
    const md5 = createHash("md5").update(body).digest("base64");
    const hadDigest = draft.headers["content-md5"] !== undefined;
    return { body, headers: hadDigest ? withHeaders(draft, { "content-md5": md5 }) : draft.headers };
  },
}));

function replaceOne(text: string, pattern: RegExp, replacement: string, random: SeededRandom): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) {
    return text;
  }
  const { index, 0: whole } = random.pick(found);
  return text.slice(0, index) + replacement + text.slice(index + whole.length);
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
