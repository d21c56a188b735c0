// Every call of OSS that docs/PROTOCOL.md calls refused, by its method and its query. None may pass for another call.
// Source of methods and queries: the OSS API and the Go SDK v2; for live channels, oss2.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Method } from "../../src/protocol/http-message.ts";
import { startTestServer, type TestResponse, type TestServer, testBucket } from "./test-server.ts";

/** `GET inventory&inventoryId=1`: one request. */
type Call = `${Method} ${string}`;

const serviceCalls: Readonly<Record<string, readonly Call[]>> = {
  "public access block of the account": [
    "PUT publicAccessBlock",
    "GET publicAccessBlock",
    "DELETE publicAccessBlock",
  ],
  "resource pools": ["GET resourcePool", "GET resourcePoolInfo&resourcePool=a"],
  "redundancy transitions of all buckets": ["GET redundancyTransition"],
  "Anti-DDoS": ["POST antiDDos", "GET antiDDos", "PUT antiDDos", "GET bucketAntiDDos"],
  "access points": ["GET accessPoint", "GET accessPointForObjectProcess"],
  WriteGetObjectResponse: ["POST x-oss-write-get-object-response"],
  "DescribeRegions, ListCloudBoxes": ["GET regions", "GET regions=oss-cn-hangzhou", "GET cloudboxes"],
  "data pipelines, batch jobs": ["POST dataPipeline", "GET dataPipeline", "POST batchJob"],
};

const bucketCalls: Readonly<Record<string, readonly Call[]>> = {
  "public access block of an access point": [
    "PUT publicAccessBlock&x-oss-access-point-name=a",
    "GET publicAccessBlock&x-oss-access-point-name=a",
    "DELETE publicAccessBlock&x-oss-access-point-name=a",
  ],
  logging: ["PUT logging", "GET logging", "DELETE logging"],
  "user-defined log fields": [
    "PUT userDefinedLogFieldsConfig",
    "GET userDefinedLogFieldsConfig",
    "DELETE userDefinedLogFieldsConfig",
  ],
  website: ["PUT website", "GET website", "DELETE website"],
  replication: [
    "POST replication&comp=add",
    "GET replication",
    "POST replication&comp=delete",
    "GET replicationLocation",
    "GET replicationProgress&rule-id=a",
    "PUT rtc",
  ],
  inventory: [
    "PUT inventory&inventoryId=a",
    "GET inventory&inventoryId=a",
    "GET inventory",
    "DELETE inventory&inventoryId=a",
  ],
  "retention of a bucket": [
    "POST worm",
    "DELETE worm",
    "POST wormId=a",
    "POST wormExtend&wormId=a",
    "GET worm",
  ],
  "retention of objects": ["PUT objectWorm", "GET objectWorm"],
  "overwriting forbidden": ["PUT overwriteConfig", "GET overwriteConfig", "DELETE overwriteConfig"],
  "transfer acceleration": ["PUT transferAcceleration", "GET transferAcceleration"],
  "access tracking": ["PUT accessmonitor", "GET accessmonitor"],
  "direct reads of archived objects": ["PUT bucketArchiveDirectRead", "GET bucketArchiveDirectRead"],
  "TLS versions": ["PUT httpsConfig", "GET httpsConfig"],
  "resource group": ["PUT resourceGroup", "GET resourceGroup"],
  "quality of service": [
    "PUT qosInfo",
    "GET qosInfo",
    "DELETE qosInfo",
    "PUT requesterQosInfo&qosRequester=a",
  ],
  "domain names": [
    "POST cname&comp=add",
    "GET cname",
    "POST cname&comp=delete",
    "POST cname&comp=token",
    "GET comp=token&cname=a",
  ],
  "image styles": ["PUT style&styleName=a", "GET style&styleName=a", "GET style", "DELETE style&styleName=a"],
  "redundancy transitions": [
    "POST redundancyTransition&x-oss-target-redundancy-type=ZRS",
    "GET redundancyTransition&x-oss-redundancy-transition-taskid=a",
    "DELETE redundancyTransition&x-oss-redundancy-transition-taskid=a",
    "GET redundancyTransition",
  ],
  "metadata queries": [
    "POST metaQuery&comp=add",
    "GET metaQuery",
    "POST metaQuery&comp=query",
    "POST metaQuery&comp=delete",
  ],
  "metadata tables": [
    "POST metadataConfiguration",
    "GET metadataConfiguration",
    "DELETE metadataConfiguration",
    "PUT metadataInventoryTable",
    "PUT metadataJournalTable",
  ],
  "storage quota": ["PUT quota", "GET quota", "DELETE quota"],
  "Anti-DDoS": ["POST antiDDos", "PUT antiDDos"],
  "access points": [
    "PUT accessPoint",
    "GET accessPoint",
    "DELETE accessPoint",
    "PUT accessPointPolicy",
    "GET accessPointPolicy",
    "DELETE accessPointPolicy",
  ],
  "access points for object processing": [
    "PUT accessPointForObjectProcess",
    "GET accessPointForObjectProcess",
    "DELETE accessPointForObjectProcess",
    "PUT accessPointConfigForObjectProcess",
    "GET accessPointConfigForObjectProcess",
    "PUT accessPointPolicyForObjectProcess",
    "GET accessPointPolicyForObjectProcess",
    "DELETE accessPointPolicyForObjectProcess",
  ],
};

const objectCalls: Readonly<Record<string, readonly Call[]>> = {
  SealAppendObject: ["POST seal"],
  CleanRestoredObject: ["POST cleanRestoredObject"],
  "retention and legal hold": ["PUT retention", "GET retention", "PUT legalHold", "GET legalHold"],
  "SelectObject, CreateSelectObjectMeta": ["POST x-oss-process=csv/select", "POST x-oss-process=csv/meta"],
  "ProcessObject, AsyncProcessObject": ["POST x-oss-process", "POST x-oss-async-process"],
  "reading with a process": ["GET x-oss-process=image/resize,w_1", "HEAD x-oss-process=image/info"],
  "asynchronous fetches": ["POST asyncFetch", "GET asyncFetch"],
  "live channels": [
    "PUT live",
    "PUT live&status=disabled",
    "GET live",
    "GET live&comp=stat",
    "GET live&comp=history",
    "DELETE live",
    "POST vod&startTime=1&endTime=2",
    "GET vod&startTime=1&endTime=2",
  ],
};

let service: TestServer;
before(async () => {
  service = await startTestServer();
  await service.send({ method: "PUT", key: "kept", body: "kept" });
});
after(() => service[Symbol.asyncDispose]());

const levels = [
  ["service", { bucket: "" }, serviceCalls],
  ["bucket", { bucket: testBucket }, bucketCalls],
  ["object", { bucket: testBucket, key: "kept" }, objectCalls],
] as const;

for (const [level, resource, calls] of levels) {
  describe(`a call at the level of the ${level} that is not implemented`, () => {
    for (const [what, requests] of Object.entries(calls)) {
      it(`is refused as such: ${what}`, async () => {
        for (const call of requests) {
          const [method = "", query = ""] = call.split(" ");
          const pairs = [...new URLSearchParams(query)] as (readonly [string, string])[];

          const response = await service.send({ ...resource, method: method as Method, query: pairs });

          assert.equal(`${call}: ${response.status} ${codeOf(response)}`, `${call}: 400 NotImplemented`);
        }
        assert.equal((await service.send({ key: "kept" })).text, "kept");
      });
    }
  });
}

/** An answer to HEAD has its document in a header. */
function codeOf(response: TestResponse): string | undefined {
  const document = Buffer.from(String(response.headers["x-oss-err"] ?? ""), "base64").toString();
  return response.element("Code") ?? /<Code>([^<]*)</.exec(document)?.[1];
}
