// The script that Alibaba Cloud publishes for multipart upload, with its blanks filled in and nothing else changed.
import assert from "node:assert/strict";
import type { SignatureVersion } from "../suite.ts";

export interface ScriptBlanks {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly endpoint: string;
  readonly bucket: string;
  readonly objectName: string;
  readonly localFile: string;
  /** Written into the script under V4 alone. */
  readonly region: string;
}

const UNFINISHED_LAST_LINE = "    assert bucket.get_object(key).read() ==";

/**
 * Fills the published text in. The text has five placeholders and an empty endpoint, and ends in the middle of its last
 * line; under V4 two more words change, because OSS asks for them: the class of `auth`, and the bucket's region.
 *
 * @throws {AssertionError} when the text is not the published one: something to replace is missing, or is there twice
 */
export function fillScript(published: string, signature: SignatureVersion, blanks: ScriptBlanks): string {
  const filled = fillBlanks(completeLastLine(published), blanks);
  if (signature === "V1") {
    return filled;
  }
  const moved = moveToV4(filled, blanks);
  assertOnlyLinesChanged(filled, moved, ["auth = oss2.Auth", "bucket = oss2.Bucket("]);
  return moved;
}

function completeLastLine(published: string): string {
  assert(
    published.endsWith(UNFINISHED_LAST_LINE),
    "the published script ends in the middle of its last line",
  );
  return `${published} fileobj.read()\n`;
}

function fillBlanks(script: string, blanks: ScriptBlanks): string {
  const replacements: readonly (readonly [string, string])[] = [
    ["'<yourAccessKeyId>'", blanks.accessKeyId],
    ["'<yourAccessKeySecret>'", blanks.accessKeySecret],
    ["''", blanks.endpoint],
    ["'<yourBucketName>'", blanks.bucket],
    ["'<yourObjectName>'", blanks.objectName],
    ["'<yourLocalFile>'", blanks.localFile],
  ];
  return replacements.reduce((text, [blank, value]) => replaceOnce(text, blank, pythonString(value)), script);
}

function moveToV4(script: string, { bucket, region }: ScriptBlanks): string {
  const withAuth = replaceOnce(script, "oss2.Auth(", "oss2.AuthV4(");
  const lastArgument = `${pythonString(bucket)})`;
  return replaceOnce(withAuth, lastArgument, `${pythonString(bucket)}, region=${pythonString(region)})`);
}

function replaceOnce(text: string, searched: string, replacement: string): string {
  const [before, after, ...more] = text.split(searched);
  assert(before !== undefined && after !== undefined && more.length === 0, `${searched} is there once`);
  return `${before}${replacement}${after}`;
}

function pythonString(value: string): string {
  assert.doesNotMatch(value, /['\\\n]/, "a value needs no escapes in the script");
  return `'${value}'`;
}

function assertOnlyLinesChanged(before: string, after: string, beginnings: readonly string[]): void {
  const kept = before.split("\n");
  const changed = after.split("\n").filter((line, index) => line !== kept[index]);
  assert.equal(after.split("\n").length, kept.length);
  assert.equal(changed.length, beginnings.length);
  for (const [index, line] of changed.entries()) {
    assert(line.startsWith(beginnings[index] ?? ""), "V4 changes the lines of auth and bucket alone");
  }
}
