// The document of a bucket's lifecycle, as it is written: GetBucketLifecycle answers what PutBucketLifecycle was given.
// oss2 finds ID, Prefix and Status in every rule.
// Source: OSS API, PutBucketLifecycle and GetBucketLifecycle.
import { element, optionalElement, type XmlElement } from "../xml/xml-element.ts";
import type {
  DeleteMarkerExpiration,
  LifecycleDue,
  LifecycleFilter,
  LifecycleRule,
  LifecycleTag,
  NoncurrentDue,
} from "./lifecycle-rule.ts";

export function lifecycleDocument(rules: readonly LifecycleRule[]): XmlElement {
  return element("LifecycleConfiguration", rules.map(ruleElement));
}

function ruleElement(rule: LifecycleRule): XmlElement {
  const { id, prefix, status, tags = [], transitions = [], noncurrentVersionTransitions = [] } = rule;
  return element("Rule", [
    optionalElement("ID", id),
    element("Prefix", prefix),
    element("Status", status),
    ...tags.map(tagElement),
    optionalElement("Expiration", rule.expiration && expirationElements(rule.expiration)),
    optionalElement(
      "AbortMultipartUpload",
      rule.abortMultipartUpload && [dueElement(rule.abortMultipartUpload)],
    ),
    ...transitions.map((transition) =>
      element("Transition", [dueElement(transition), element("StorageClass", transition.storageClass)]),
    ),
    optionalElement(
      "NoncurrentVersionExpiration",
      rule.noncurrentVersionExpiration && [noncurrentDaysElement(rule.noncurrentVersionExpiration)],
    ),
    ...noncurrentVersionTransitions.map((transition) =>
      element("NoncurrentVersionTransition", [
        noncurrentDaysElement(transition),
        element("StorageClass", transition.storageClass),
      ]),
    ),
    optionalElement("Filter", rule.filter && filterElements(rule.filter)),
  ]);
}

function tagElement({ key, value }: LifecycleTag): XmlElement {
  return element("Tag", [element("Key", key), element("Value", value)]);
}

function expirationElements(expiration: LifecycleDue | DeleteMarkerExpiration): readonly XmlElement[] {
  return "expiredObjectDeleteMarker" in expiration
    ? [element("ExpiredObjectDeleteMarker", true)]
    : [dueElement(expiration)];
}

function dueElement(due: LifecycleDue): XmlElement {
  if ("days" in due) {
    return element("Days", due.days);
  }
  return "date" in due ? element("Date", due.date) : element("CreatedBeforeDate", due.createdBeforeDate);
}

function noncurrentDaysElement({ noncurrentDays }: NoncurrentDue): XmlElement {
  return element("NoncurrentDays", noncurrentDays);
}

function filterElements({ not, objectSizeGreaterThan, objectSizeLessThan }: LifecycleFilter) {
  return [
    optionalElement("Not", not && [element("Prefix", not.prefix), not.tag && tagElement(not.tag)]),
    optionalElement("ObjectSizeGreaterThan", objectSizeGreaterThan),
    optionalElement("ObjectSizeLessThan", objectSizeLessThan),
  ];
}
