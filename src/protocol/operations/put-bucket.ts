// PutBucket: makes a bucket; making one's own bucket again succeeds.
// Source: OSS API, PutBucket.

import { invalidArgument } from "../errors/service-error.ts";
import { type BucketAcl, decodeBucketAcl, encodeBucketAcl } from "../fields/access-control.ts";
import { present, presentHeaders } from "../fields/present.ts";
import { requiredBucket } from "../fields/required-input.ts";
import {
  assertEncryptionAlgorithm,
  decodeServerSideEncryption,
  encodeServerSideEncryption,
} from "../fields/server-side-encryption.ts";
import { parseStorageClass } from "../fields/storage-class.ts";
import { requestDocument, XML_CONTENT_TYPE } from "../fields/xml-message.ts";
import type { RequestMessage } from "../http-message.ts";
import type { Operation } from "../operation.ts";
import { writeXml } from "../xml/write-xml.ts";
import { childText, element, optionalElement } from "../xml/xml-element.ts";

export interface PutBucketInput {
  readonly bucket: string;
  /** Default: private for a new bucket; one that is there keeps its own. */
  readonly acl?: BucketAcl;
  /** Of objects that name none. Default: Standard. */
  readonly storageClass?: string;
  /** LRS or ZRS. */
  readonly dataRedundancyType?: string;
  /** AES256, KMS or SM4: how objects are encrypted whose writers ask for nothing. */
  readonly serverSideEncryption?: string;
}

export interface PutBucketOutput {
  /** `/bucket`. */
  readonly location?: string;
}

export const putBucket: Operation<PutBucketInput, PutBucketOutput> = {
  name: "PutBucket",
  method: "PUT",
  level: "bucket",
  marks: { query: [] },
  permission: "oss:PutBucket",
  requestBody: "xml",
  responseBody: "none",
  isIdempotent: true,

  encodeRequest({ bucket, acl, storageClass, dataRedundancyType, serverSideEncryption }, dialect) {
    const text = configurationDocument({ storageClass, dataRedundancyType });
    return present({
      method: "PUT" as const,
      resource: { bucket },
      query: [],
      headers: {
        ...encodeBucketAcl(acl, dialect),
        ...encodeServerSideEncryption(serverSideEncryption, dialect),
        ...presentHeaders({ "content-type": text === undefined ? undefined : XML_CONTENT_TYPE }),
      },
      text,
    });
  },

  decodeRequest(request, dialect) {
    const serverSideEncryption = decodeServerSideEncryption(request.headers, dialect);
    assertEncryptionAlgorithm(serverSideEncryption);
    return present({
      bucket: requiredBucket(request),
      acl: decodeBucketAcl(request.headers, dialect),
      serverSideEncryption,
      ...readConfiguration(request),
    });
  },

  encodeResponse({ location }) {
    return { status: 200, headers: presentHeaders({ location }) };
  },

  decodeResponse({ headers }) {
    return present({ location: headers.location });
  },
};

interface BucketConfiguration {
  readonly storageClass: string | undefined;
  readonly dataRedundancyType: string | undefined;
}

function configurationDocument(configuration: BucketConfiguration): string | undefined {
  const { storageClass, dataRedundancyType } = configuration;
  if (storageClass === undefined && dataRedundancyType === undefined) {
    return undefined;
  }
  return writeXml(
    element("CreateBucketConfiguration", [
      optionalElement("StorageClass", storageClass),
      optionalElement("DataRedundancyType", dataRedundancyType),
    ]),
  );
}

function readConfiguration(request: RequestMessage): Partial<BucketConfiguration> {
  if ((request.text ?? "") === "") {
    return {};
  }
  const root = requestDocument(request, "CreateBucketConfiguration");
  const dataRedundancyType = childText(root, "DataRedundancyType");
  if (dataRedundancyType !== undefined && !["LRS", "ZRS"].includes(dataRedundancyType)) {
    throw invalidArgument({ name: "DataRedundancyType", value: dataRedundancyType });
  }
  return {
    storageClass: parseStorageClass("StorageClass", childText(root, "StorageClass")),
    dataRedundancyType,
  };
}
