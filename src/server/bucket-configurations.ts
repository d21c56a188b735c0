// What a bucket is configured to do, kept with it as JSON of what the request said.
import type { EncryptionRule } from "../protocol/fields/encryption-rule.ts";
import type { PublicAccessBlock } from "../protocol/fields/public-access-block.ts";
import type { RefererConfiguration } from "../protocol/fields/referer-configuration.ts";
import type { RequestPayment } from "../protocol/fields/request-payment.ts";
import type { Tags } from "../protocol/fields/tagging.ts";
import type { BucketRecord } from "../storage/records.ts";
import type { ServiceContext } from "./service-context.ts";

/** By the name under which each is kept. */
interface Configurations {
  readonly encryption: EncryptionRule;
  /** The text of the document. */
  readonly policy: string;
  readonly publicAccessBlock: PublicAccessBlock;
  readonly referer: RefererConfiguration;
  readonly requestPayment: RequestPayment;
  readonly tags: Tags;
}

type Name = keyof Configurations;

/** Undefined where it was never stored, or removed. */
export function configurationOf<N extends Name>(
  bucket: BucketRecord,
  name: N,
): Configurations[N] | undefined {
  const text = bucket.configurations[name];
  return text === undefined ? undefined : JSON.parse(text);
}

/** @throws {StorageError} bucket-missing */
export async function storeConfiguration<N extends Name>(
  bucket: string,
  name: N,
  configuration: Configurations[N],
  { store }: ServiceContext,
): Promise<void> {
  await store.metadata.updateBucket(bucket, { configurations: { [name]: JSON.stringify(configuration) } });
}

/** What is not there is no error. @throws {StorageError} bucket-missing */
export async function removeConfiguration(
  bucket: string,
  name: Name,
  { store }: ServiceContext,
): Promise<void> {
  await store.metadata.updateBucket(bucket, { configurations: { [name]: null } });
}
