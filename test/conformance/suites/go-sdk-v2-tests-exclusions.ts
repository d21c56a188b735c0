// What of the second Go client's own tests is left out, and why.
import type { Exclusion } from "../client-tests/choose-tests.ts";

export const goSdkV2TestsExclusions: readonly Exclusion[] = [
  {
    reason: "it tests nothing unless access points are named that exist already",
    tests: ["TestAccessPoint", "TestAccessPointPublicAccessBlock", "TestAccessPointForObjectProcess"],
  },
  {
    reason: "it wants a bucket for which the service was asked to allow path style",
    tests: ["TestAddressingModePathStyle"],
  },
  { reason: "it wants the endpoints to be names of the service", tests: ["TestGetBucketInfo"] },
  { reason: "it needs a second region", tests: ["TestBucketReplication"] },
  {
    reason: "it asks Alibaba Cloud's token service, which is another server",
    tests: ["TestPresignWithStsToken"],
  },
  {
    reason: "it encrypts by a key management service, and the server has none",
    tests: ["TestAppendObject", "TestBucketEncryption"],
  },
  {
    reason: "it wants a restore to be still going on; the server has no slower storage, and ends it at once",
    tests: ["TestRestoreObject", "TestRestoreObjectLegacy", "TestCleanRestoredObject"],
  },
  {
    reason: "it processes pictures and videos, which the server does not",
    tests: ["TestProcessObject", "TestAsyncProcessObject", "TestGetObjectWithProcess"],
  },
  {
    reason: "it queries the contents of objects, which the server does not",
    tests: ["TestCreateSelectObjectMeta", "TestSelectObject"],
  },
  {
    reason: "it queries an index of objects and their contents, which the server does not keep",
    tests: ["TestMetaQuery", "TestDoMetaQueryAction", "TestDoDataPipeLineAction"],
  },
  {
    reason: "it blocks public access for the account, and the server does so for buckets alone",
    tests: ["TestPublicAccessBlock"],
  },
  {
    reason: "it keeps objects from being changed for a time, and the server has no such setting",
    tests: ["TestBucketWorm", "TestBucketObjectWormConfiguration", "TestObjectWorm", "TestSealAppendObject"],
  },
  { reason: "it binds domain names, which the server does not", tests: ["TestCname"] },
  { reason: "it lists the regions of the service; the server is in one", tests: ["TestRegions"] },
  {
    reason: "it keeps a setting of a bucket that the server does not have, and refuses with NotImplemented",
    tests: [
      "TestBucketAccessMonitor",
      "TestBucketArchiveDirectRead",
      "TestBucketHttpsConfig",
      "TestBucketInventory",
      "TestBucketLogging",
      "TestBucketMetadataTableConfiguration",
      "TestBucketOverwriteConfig",
      "TestBucketResourceGroup",
      "TestBucketStorageQuota",
      "TestBucketStyle",
      "TestBucketTransferAcceleration",
      "TestBucketWebsite",
      "TestRedundancyTransition",
    ],
  },
  {
    reason:
      "it wants a callback to reach a web site and to fail there; the server calls only whom it was told to",
    tests: ["TestPutObject", "TestCompleteMultipartUpload"],
  },
];
