// The request, key and moment of the recorded vectors: oss2 2.19.1, ali-oss 6.23.0 and Go v2 1.5.1 were run on them and
// agree byte for byte.
import type { RequestMessage } from "../../../src/protocol/http-message.ts";
import type { Credentials } from "../../../src/protocol/signing/credentials.ts";

export const exampleCredentials: Credentials = {
  accessKeyId: "testAccessKeyId",
  accessKeySecret: "testAccessKeySecret",
};
export const exampleToken = "sts-token-example";
export const temporaryCredentials: Credentials = { ...exampleCredentials, securityToken: exampleToken };
export const exampleTime: Date = new Date("2023-12-03T12:12:12Z");
export const exampleRegion = "cn-hangzhou";

const resource = { bucket: "examplebucket", key: "dir/a b+c~中.txt" };

export function exampleUploadPart(): RequestMessage {
  return {
    method: "PUT",
    resource,
    query: [
      ["partNumber", "1"],
      ["uploadId", "0004B9894A22E5B1888A1E29F8236E2D"],
    ],
    headers: {
      "content-md5": "eB5eJF1ptWaXm4bijSPyxw==",
      "content-type": "text/plain",
      "x-oss-traffic-limit": "819200",
    },
  };
}

export function exampleDownload(): RequestMessage {
  return { method: "GET", resource, query: [["response-content-type", "text/html"]], headers: {} };
}

export function secondsAfterExample(seconds: number): Date {
  return new Date(exampleTime.getTime() + seconds * 1000);
}

/** The request with one header changed, or left out when `value` is undefined. */
export function withHeader(request: RequestMessage, name: string, value: string | undefined): RequestMessage {
  const { [name]: _, ...others } = request.headers;
  return { ...request, headers: value === undefined ? others : { ...others, [name]: value } };
}

/** The request with one parameter changed, or left out when `value` is undefined. */
export function withParameter(
  request: RequestMessage,
  name: string,
  value: string | undefined,
): RequestMessage {
  const others = request.query.filter(([candidate]) => candidate !== name);
  return { ...request, query: value === undefined ? others : [...others, [name, value]] };
}
