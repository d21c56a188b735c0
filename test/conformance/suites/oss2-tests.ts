// The tests that come with Alibaba Cloud's own Python client.
import { runUnittestModules, type UnittestModules } from "../client-tests/unittest-modules.ts";
import { installPythonClient, unpackPythonSources } from "../python-environment.ts";
import type { Suite } from "../suite.ts";
import { OSS2_VERSION } from "./oss2.ts";
import { oss2TestsExclusions } from "./oss2-tests-exclusions.ts";

const TIMEOUT_MS = 120_000;
const requirement = `oss2==${OSS2_VERSION}`;

export const oss2Tests: Suite = {
  name: "oss2-tests",
  client: "oss2 for Python",
  version: OSS2_VERSION,
  signatures: ["V4"],
  describes:
    "The client's own tests, unchanged, from its archive of sources: those of its modules that ask a server for what an object store is for. They are told to sign with V4; many sign with V1 all the same. Settings of a bucket that are left out here are in the second Go client's tests.",
  async prepare(signal) {
    await installPythonClient(requirement, signal);
    await unpackPythonSources(requirement, signal);
  },
  async run(server, signal) {
    const tests: UnittestModules = {
      sourceFolder: await unpackPythonSources(requirement, signal),
      modules: [
        "test_api_base",
        "test_bucket",
        "test_bucket_versioning",
        "test_chinese",
        "test_download",
        "test_exception_ec",
        "test_headers",
        "test_init",
        "test_iterator",
        "test_lifecycle_versioning",
        "test_list_objects_v2",
        "test_multipart",
        "test_object",
        "test_object_versioning",
        "test_put_object_chunked",
        "test_server_side_encryotion",
        "test_sign",
        "test_traffic_limit",
        "test_upload",
        "test_utils",
      ],
      exclusions: oss2TestsExclusions,
      log: "oss2-tests",
      timeoutMs: TIMEOUT_MS,
    };
    return runUnittestModules(tests, "V4", server, signal);
  },
};
