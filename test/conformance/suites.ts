// Every suite, in the order of the report. A new one is a file in `suites/` and a line here.
import type { Suite } from "./suite.ts";
import { aliOss } from "./suites/ali-oss.ts";
import { browser } from "./suites/browser.ts";
import { goSdkV1 } from "./suites/go-sdk-v1.ts";
import { goSdkV1Current } from "./suites/go-sdk-v1-current.ts";
import { goSdkV2 } from "./suites/go-sdk-v2.ts";
import { goSdkV2Tests } from "./suites/go-sdk-v2-tests.ts";
import { javaSdk } from "./suites/java-sdk.ts";
import { oss2 } from "./suites/oss2.ts";
import { oss2Tests } from "./suites/oss2-tests.ts";
import { ossutil } from "./suites/ossutil.ts";
import { pythonSdkV2 } from "./suites/python-sdk-v2.ts";
import { pythonSts } from "./suites/python-sts.ts";
import { seedScript } from "./suites/seed-script.ts";

export const suites: readonly Suite[] = [
  seedScript,
  oss2,
  oss2Tests,
  aliOss,
  ossutil,
  goSdkV1,
  goSdkV1Current,
  goSdkV2,
  goSdkV2Tests,
  pythonSdkV2,
  pythonSts,
  javaSdk,
  browser,
];
