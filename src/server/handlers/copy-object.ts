// A copy of an object that this server has; onto itself with REPLACE it changes the metadata.
import { contentEtag } from "../../protocol/etag.ts";
import { present } from "../../protocol/fields/present.ts";
import { PUT_OBJECT_SIZE_MAX_BYTES } from "../../protocol/limits.ts";
import type { copyObject } from "../../protocol/operations/copy-object.ts";
import type { ObjectRecord } from "../../storage/records.ts";
import { copiedAttributes } from "../copied-attributes.ts";
import { copyBytes, openCopySource } from "../copy-source-object.ts";
import type { Handler } from "../handler.ts";
import { lastModifiedOf } from "../object-answer.ts";
import { encryptionOutput } from "../object-attributes.ts";
import { shownVersionId } from "../object-version.ts";
import { publishLink, publishObject } from "../publish-object.ts";
import { requireWritable } from "../require-resources.ts";
import { symlinkTargetOf } from "../symlink.ts";

export const handleCopyObject: Handler<typeof copyObject> = async (input, context) => {
  const { bucket, key, forbidOverwrite = false } = input;
  const bucketRecord = await requireWritable({ bucket, key, forbidOverwrite }, context);
  const source = await openCopySource(input.source, { conditions: input.conditions }, context);
  const attributes = copiedAttributes(input, source.object, bucketRecord, context);
  const target = { bucket, key, attributes, forbidOverwrite };
  const describedCopy = (made: ObjectRecord) => ({
    lastModified: lastModifiedOf(made),
    ...encryptionOutput(attributes),
    versionId: shownVersionId(made, bucketRecord),
    sourceVersionId: source.versionId,
  });

  // The copy of a link is a link: it points to a key of its own bucket, whatever is there.
  if (source.object.type === "Symlink") {
    const link = await publishLink(target, symlinkTargetOf(source.object), context);
    return { output: present({ etag: link.etag, ...describedCopy(link) }) };
  }

  const whole = { start: 0, endExclusive: source.object.sizeBytes };
  const copy = await copyBytes(
    source,
    whole,
    { sizeMaxBytes: PUT_OBJECT_SIZE_MAX_BYTES, trafficLimit: input.trafficLimit },
    context,
  );
  const etag = contentEtag(copy.md5, context.dialect);
  const object = await publishObject({ ...target, etag }, copy, context);

  return { output: present({ etag, crc64: copy.crc64, ...describedCopy(object) }) };
};
