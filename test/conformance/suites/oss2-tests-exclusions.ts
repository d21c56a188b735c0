// What of oss2's own tests is left out, and why.
import type { Exclusion } from "../client-tests/choose-tests.ts";

const apiBase = "test_api_base.TestApiBase";
const bucket = "test_bucket.TestBucket";
const object = "test_object.TestObject";
const encryption = "test_server_side_encryotion.TestSSEDataEncryption";
const utils = "test_utils.TestUtils";

export const oss2TestsExclusions: readonly Exclusion[] = [
  {
    reason: "it wants https at the address that it reaches by http; the server has an address for each",
    tests: [`${apiBase}.test_https`],
  },
  {
    reason: "the client sends Content-Length twice, and Node.js takes that for no HTTP",
    tests: [
      "test_sign.TestSign.test_sign_v2_additional_headers",
      "test_sign.TestSign.test_sign_v4_additional_headers",
    ],
  },
  {
    reason: "it takes the endpoint for a name without a port",
    tests: [`${apiBase}.test_check_endpoint`, `${apiBase}.test_ip`],
  },
  {
    reason:
      "it wants path style to be refused, as on the service's public endpoints; the server takes it everywhere",
    tests: [`${bucket}.test_bucket_path_style`],
  },
  {
    reason: "it keeps a setting of a bucket that the server does not have, and refuses with NotImplemented",
    tests: [`${bucket}.test_bucket_storage_capacity`, `${bucket}.test_logging`],
  },
  {
    reason: "it wants a bucket to be in a resource group, and the server has none",
    tests: [`${bucket}.test_bucket_with_group_id`],
  },
  {
    reason: "it lists the regions of the service; the server is in one",
    tests: [`${bucket}.test_list_buckets_with_region_list`],
  },
  {
    reason:
      "beside AES256 it encrypts by a key management service, or by SM4, and the server does neither; scenarios over the same client have AES256",
    tests: [
      `${bucket}.test_bucket_encryption`,
      `${bucket}.test_bucket_encryption_wrong`,
      `${bucket}.test_bucket_header_KMS_SM4`,
      `${bucket}.test_bucket_header_SM4`,
      `${bucket}.test_bucket_header_SSE_KMS`,
      `${encryption}.test_append_object_with_encryption`,
      `${encryption}.test_copy_object`,
      `${encryption}.test_multipart_upload`,
      `${encryption}.test_put_bucket_encryption`,
      `${encryption}.test_put_object_with_encryption`,
      `${encryption}.test_resumable_uoload`,
    ],
  },
  {
    reason: "the server has no live channels",
    tests: ["test_iterator.TestIterator.test_live_channel_iterator"],
  },
  {
    reason: "it processes pictures and videos, which the server does not",
    tests: [`${object}.test_process_object`, `${object}.test_async_process_object`],
  },
  {
    reason: "the archive lacks the picture that it uploads",
    tests: [`${object}.test_put_object_with_sign_url`],
  },
  {
    reason: "it wants the service to be slower than a thousandth of a second",
    tests: [`${object}.test_timeout`, `${object}.test_default_timeout`],
  },
  {
    reason: "it needs the Chinese locale on the machine",
    tests: [
      `${utils}.test_http_to_unixtime_in_zh_CN_locale`,
      `${utils}.test_iso8601_to_unixtime_in_zh_CN_locale`,
    ],
  },
  {
    reason: "it wants a restore to be still going on; the server has no slower storage, and ends it at once",
    tests: [
      `${object}.test_list_objects`,
      "test_list_objects_v2.TestIteratorV2.test_normal_list_objects_restore_info",
      "test_object_versioning.TestObjectVersioning.test_list_objects_versioning",
    ],
  },
  {
    reason:
      "it wants lifecycle rules with impossible tags to be taken, though they have no effect; the server refuses them",
    tests: [
      `${bucket}.test_lifecycle_object_tagging_exceptions_too_much_rules`,
      `${bucket}.test_lifecycle_object_tagging_exceptions_wrong_key`,
      `${bucket}.test_lifecycle_object_tagging_exceptions_wrong_value`,
    ],
  },
  {
    reason:
      "it adds a parameter that no call has, and the server does not ignore it where something is changed",
    tests: [`${bucket}.test_bucket_tagging_with_specify_label`],
  },
];
