// What was asked of the service, by whom and what came of it: what the laws are about.
import type { SimulatedProcess } from "./simulated-process.ts";

export interface LoggedRequest {
  readonly process: SimulatedProcess;
  readonly operation: string;
  readonly uploadId: string | undefined;
  readonly partNumber: number | undefined;
  /** Until the client has the answer, or has given up. */
  isUnderWay: boolean;
  /** Whether the client got the service's answer that it was done. */
  isConfirmed: boolean;
  /** Whether the service did it; the CRC-64 of the object that was made then is in `madeCrc64`. */
  isEffective: boolean;
  madeCrc64: string | undefined;
  /** Of an InitiateMultipartUpload that was effective. */
  newUploadId: string | undefined;
}

export function operationOf(method: string, target: string): string {
  const query = target.slice(target.indexOf("?") + 1);
  const has = (name: string) => target.includes("?") && new RegExp(`(^|&)${name}(=|&|$)`).test(query);
  if (has("uploadId")) {
    const ofUpload: Readonly<Record<string, string>> = {
      PUT: "UploadPart",
      POST: "CompleteMultipartUpload",
      DELETE: "AbortMultipartUpload",
      GET: "ListParts",
    };
    return ofUpload[method] ?? method;
  }
  if (has("uploads")) {
    return method === "POST" ? "InitiateMultipartUpload" : "ListMultipartUploads";
  }
  const ofObject: Readonly<Record<string, string>> = {
    PUT: "PutObject",
    GET: "GetObject",
    HEAD: "HeadObject",
    POST: "DeleteMultipleObjects",
  };
  return ofObject[method] ?? method;
}

export function queryOf(target: string, name: string): string | undefined {
  return new RegExp(`[?&]${name}=([^&]*)`).exec(target)?.[1];
}
