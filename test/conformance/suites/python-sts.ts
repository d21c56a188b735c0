// Alibaba Cloud's client of the token service, which signs as none of the clients of objects do.
import { join } from "node:path";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";
import { conformanceFolder } from "../build-folder.ts";
import { clientSettings } from "../client-settings.ts";
import { installPythonClient, pythonFile, pythonSettings } from "../python-environment.ts";
import { runCommand } from "../run-command.ts";
import { scenarioResults } from "../scenario-lines.ts";
import { askCommand } from "../served-partwise.ts";
import type { SignatureVersion, Suite, TestServer } from "../suite.ts";
import { PYTHON_SDK_V2_VERSION } from "./python-sdk-v2.ts";

const VERSION = "1.2.0";
const TIMEOUT_MS = 60_000;
const USER_NAME = "sts-client";
const ROLE_NAME = "sts-role";
/** The client knows one signature, which is neither; objects are asked for with V4. */
const SIGNATURE: SignatureVersion = "V4";

export const pythonSts: Suite = {
  name: "python-sts",
  client: "alibabacloud_sts20150401 for Python",
  version: VERSION,
  signatures: [SIGNATURE],
  describes:
    "Scenarios of our own over the client's public calls, signed with ACS3-HMAC-SHA256: AssumeRole, GetCallerIdentity, sessions and their policies, refusals, nonces. The keys are then used by alibabacloud-oss-v2.",
  async prepare(signal) {
    await installPythonClient(`alibabacloud-oss-v2==${PYTHON_SDK_V2_VERSION}`, signal);
    await installPythonClient(`alibabacloud_sts20150401==${VERSION}`, signal);
  },
  async run(server, signal) {
    const user = await makeUserAndRole(server);
    const outcome = await runCommand({
      file: pythonFile,
      arguments: [join(conformanceFolder, "python-sts/scenarios.py")],
      environment: {
        ...pythonSettings,
        ...clientSettings(server, SIGNATURE),
        PARTWISE_STS_ACCESS_KEY_ID: user.accessKeyId,
        PARTWISE_STS_ACCESS_KEY_SECRET: user.accessKeySecret,
        PARTWISE_STS_USER_NAME: USER_NAME,
        PARTWISE_STS_ROLE_ARN: `acs:ram::partwise:role/${ROLE_NAME}`,
      },
      timeoutMs: TIMEOUT_MS,
      signal,
      log: "python-sts",
    });
    return scenarioResults(outcome, SIGNATURE);
  },
};

/** By the commands of an operator, while the server runs. */
async function makeUserAndRole({ dataFolder }: TestServer): Promise<Credentials> {
  const place = ["--data", dataFolder];
  const mayAssume = ["--policy", "AliyunSTSAssumeRoleAccess"];
  const user = await askCommand(["user", "add", USER_NAME, ...mayAssume, ...place]);
  const trust = ["--trust", USER_NAME, "--policy", "AliyunOSSFullAccess"];
  await askCommand(["role", "add", ROLE_NAME, ...trust, ...place]);
  return user as Credentials;
}
