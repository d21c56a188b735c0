// What sink.c does, for machines without a C compiler. Prints its port.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

const INITIATED =
  "<InitiateMultipartUploadResult><Bucket>bench</Bucket><Key>object</Key><UploadId>0123456789ABCDEF</UploadId></InitiateMultipartUploadResult>";
const COMPLETED =
  '<CompleteMultipartUploadResult><Location>http://127.0.0.1/bench/object</Location><Bucket>bench</Bucket><Key>object</Key><ETag>"00000000000000000000000000000000-1"</ETag></CompleteMultipartUploadResult>';
const NO_UPLOADS =
  "<ListMultipartUploadsResult><Bucket>bench</Bucket><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>";

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    const text = documentFor(request);
    response.setHeader("etag", '"00000000000000000000000000000000"');
    response.setHeader("x-oss-request-id", "0123456789ABCDEF01234567");
    response.setHeader("x-amz-request-id", "0123456789ABCDEF");
    response.setHeader("content-length", text.length);
    response.end(text);
  });
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

function documentFor({ method, url = "" }: IncomingMessage): string {
  if (method === "POST") {
    return url.includes("uploadId=") ? COMPLETED : INITIATED;
  }
  return method === "GET" ? NO_UPLOADS : "";
}
