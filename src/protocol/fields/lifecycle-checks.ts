// What the service takes as a lifecycle, beyond what each element may say: a rule must do something, to what it can be
// about, in an order that makes sense.
// Source: OSS API, PutBucketLifecycle, and the pages of the ECs 0014-….

import { serviceError } from "../errors/known-error.ts";
import { invalidArgument, type ServiceError } from "../errors/service-error.ts";
import { LIFECYCLE_ID_SIZE_MAX_BYTES, LIFECYCLE_TAG_COUNT_MAX } from "../limits.ts";
import { assertOrder, noncurrentStepsOf, stepsOf } from "./lifecycle-order.ts";
import { assertNoOverlap, type OverlapOptions } from "./lifecycle-overlap.ts";
import type { LifecycleRule } from "./lifecycle-rule.ts";

const NO_ACTION_EC = "0014-00000026";
const TAG_KEY_EC = "0014-00000031";
const MIXED_DUES_EC = "0014-00000080";

const TAG_KEY_LENGTH_MAX = 128;
const TAG_VALUE_LENGTH_MAX = 256;
/** As of an object's tags. */
const TAG_TEXT = /^[A-Za-z0-9 +\-=._:/]*$/;

/** @throws {ServiceError} InvalidRequest, InvalidArgument */
export function assertLifecycleRules(rules: readonly LifecycleRule[], options: OverlapOptions): void {
  assertIds(rules);
  for (const rule of rules) {
    assertActs(rule);
    assertTags(rule);
    assertFilter(rule);
    assertAboutWholeObjects(rule);
    assertOneKindOfDue(rule);
    assertDistinctTargets(rule);
    assertOrder(stepsOf(rule), stepsOf(rule));
    assertOrder(noncurrentStepsOf(rule), noncurrentStepsOf(rule));
  }
  assertNoOverlap(rules, options);
}

function assertIds(rules: readonly LifecycleRule[]): void {
  const seen = new Set<string>();
  for (const { id } of rules) {
    if (id === undefined) {
      continue;
    }
    if (new TextEncoder().encode(id).length > LIFECYCLE_ID_SIZE_MAX_BYTES) {
      throw invalidArgument(
        { name: "ID", value: id },
        `A rule ID has at most ${LIFECYCLE_ID_SIZE_MAX_BYTES} bytes.`,
      );
    }
    if (seen.has(id)) {
      throw invalidArgument({ name: "ID", value: id }, "Rule IDs must be unique.");
    }
    seen.add(id);
  }
}

function assertActs(rule: LifecycleRule): void {
  const { expiration, abortMultipartUpload, transitions } = rule;
  const { noncurrentVersionExpiration, noncurrentVersionTransitions } = rule;
  const actions = [
    ...[expiration, abortMultipartUpload, transitions],
    ...[noncurrentVersionExpiration, noncurrentVersionTransitions],
  ];
  if (actions.every((action) => action === undefined)) {
    throw serviceError("InvalidRequest", {
      message:
        "A rule must have Expiration, Transition, AbortMultipartUpload or an action on noncurrent versions.",
      ec: NO_ACTION_EC,
    });
  }
}

function assertTags({ tags = [], filter }: LifecycleRule): void {
  const keys = tags.map(({ key }) => key);
  if (tags.length > LIFECYCLE_TAG_COUNT_MAX || new Set(keys).size < keys.length) {
    throw invalidArgument(
      { name: "Tag", value: keys.join() },
      `A rule has at most ${LIFECYCLE_TAG_COUNT_MAX} tags, of different keys.`,
    );
  }
  for (const { key, value } of [...tags, ...(filter?.not?.tag === undefined ? [] : [filter.not.tag])]) {
    if (key === "" || key.length > TAG_KEY_LENGTH_MAX || !TAG_TEXT.test(key)) {
      throw invalidArgument({ name: "Key", value: key }, undefined, TAG_KEY_EC);
    }
    if (value.length > TAG_VALUE_LENGTH_MAX || !TAG_TEXT.test(value)) {
      throw invalidArgument({ name: "Value", value });
    }
  }
}

function assertFilter({ prefix, filter = {} }: LifecycleRule): void {
  const { not, objectSizeGreaterThan: above, objectSizeLessThan: below } = filter;
  if (above !== undefined && below !== undefined && above >= below) {
    throw invalidArgument(
      { name: "ObjectSizeGreaterThan", value: String(above) },
      "ObjectSizeGreaterThan must be less than ObjectSizeLessThan.",
    );
  }
  if (not === undefined) {
    return;
  }
  const isWholeRule = not.prefix === prefix && not.tag === undefined;
  if (not.prefix === "" || !not.prefix.startsWith(prefix) || isWholeRule) {
    throw invalidArgument(
      { name: "Prefix", value: not.prefix },
      "The prefix of Not must begin with the rule's prefix and, where Not has no tag, differ from it.",
    );
  }
}

/** Open uploads and delete markers have neither tags nor a size. */
function assertAboutWholeObjects({ tags, filter, expiration, abortMultipartUpload }: LifecycleRule): void {
  if (tags === undefined && Object.keys(filter ?? {}).length === 0) {
    return;
  }
  if (abortMultipartUpload !== undefined) {
    throw invalidRequest("AbortMultipartUpload cannot be specified with Tag or Filter.");
  }
  if (expiration !== undefined && "expiredObjectDeleteMarker" in expiration) {
    throw invalidRequest("ExpiredObjectDeleteMarker cannot be specified with Tag or Filter.");
  }
}

function assertOneKindOfDue({ expiration, transitions = [] }: LifecycleRule): void {
  const dues = expiration === undefined || "expiredObjectDeleteMarker" in expiration ? [] : [expiration];
  const kinds = [...dues, ...transitions].map((due) => "days" in due);
  if (kinds.includes(true) && kinds.includes(false)) {
    throw invalidRequest(
      `Found mixed CreatedBeforeDate and Days based Expiration and Transition for StorageClass ${transitions[0]?.storageClass ?? ""} actions`,
      MIXED_DUES_EC,
    );
  }
}

function assertDistinctTargets({ transitions = [], noncurrentVersionTransitions = [] }: LifecycleRule): void {
  for (const targets of [transitions, noncurrentVersionTransitions]) {
    const classes = targets.map(({ storageClass }) => storageClass);
    const repeated = classes.find((storageClass, index) => classes.indexOf(storageClass) < index);
    if (repeated !== undefined) {
      throw invalidArgument(
        { name: "StorageClass", value: repeated },
        "The transitions of one rule must go to different storage classes.",
      );
    }
  }
}

function invalidRequest(message: string, ec?: string): ServiceError {
  return serviceError("InvalidRequest", { message, ...(ec === undefined ? {} : { ec }) });
}
