import { equal } from "node:assert/strict";
import { describe, it } from "node:test";
import { describeFailure } from "../../src/cli/failure.ts";
import { typedConnection } from "../../src/cli/invocation.ts";
import { ClientError } from "../../src/client/client-error.ts";
import { TransportError } from "../../src/client/transport-error.ts";
import { ServiceError } from "../../src/protocol/errors/service-error.ts";

function refused(code: string, fields: Readonly<Record<string, string>>): ServiceError {
  return new ServiceError(code, { message: "No.", status: 404, requestId: "R1", fields });
}

describe("describeFailure()", () => {
  it("names what the service's error is about, and the line that helps", () => {
    equal(
      describeFailure(refused("NoSuchBucket", { BucketName: "photos" })),
      "NoSuchBucket: No. (bucket photos, request R1); create it with: npx partwise mb oss://photos",
    );
    equal(
      describeFailure(refused("NoSuchKey", { Key: "a/b" })),
      "NoSuchKey: No. (key a/b, request R1); list what is there with: npx partwise ls oss://BUCKET",
    );
    equal(
      describeFailure(refused("NoSuchKey", { Key: "a/" })),
      "NoSuchKey: No. (key a/, request R1); for everything under it, add -r",
    );
  });

  it("names an argument that is refused, and not what stood there, which may be a secret", () => {
    const error = refused("InvalidArgument", {
      ArgumentName: "x-oss-storage-class",
      ArgumentValue: "secret",
    });

    equal(describeFailure(error), "InvalidArgument: No. (argument x-oss-storage-class, request R1)");
  });

  it("tells of an unknown region in the words of the command line", () => {
    const error = new ClientError("region-unknown", "h does not tell the region; give { region: … }");

    equal(
      describeFailure(error),
      "h does not tell the region; give --region NAME, such as cn-hangzhou, or set OSS_REGION",
    );
  });
});

describe("describeFailure() of a certificate that nobody vouches for", () => {
  it("names the flag that helps", () => {
    const error = new TransportError("tls", "h:1 is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)", {
      mayHaveArrived: false,
    });

    equal(
      describeFailure(error),
      "h:1 is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); an authority of your own is named by --ca-file FILE",
    );
  });
});

describe("typedConnection()", () => {
  it("repeats which service was meant, as words of a shell, and no keys", () => {
    const words = ["ls", "--endpoint", "http://h", "--access-key-id", "id", "--region=cn-beijing", "oss://b"];

    equal(typedConnection(words), " --endpoint http://h --region=cn-beijing");
    equal(typedConnection(["ls", "--data", "my data"]), " --data 'my data'");
    equal(typedConnection(["ls", "oss://b"]), "");
  });

  it("repeats all that reaching the service takes, but no keys", () => {
    const reaching = [
      ...["--ca-file", "ca.pem", "--proxy", "none", "--addressing=path", "--signature-version", "v1"],
      ...["--ecs-ram-role", "-", "--credential-process", "print key"],
    ];
    const keys = ["--access-key-id", "id", "--access-key-secret", "s", "--security-token", "t"];
    equal(
      typedConnection(["ls", ...reaching, ...keys, "--json"]),
      " --ca-file ca.pem --proxy none --addressing=path --signature-version v1" +
        " --ecs-ram-role - --credential-process 'print key'",
    );
  });

  it("leaves out a proxy whose address holds a password", () => {
    equal(
      typedConnection(["ls", "--proxy", "http://me:secret@p:1", "--endpoint", "http://h"]),
      " --endpoint http://h",
    );
    equal(typedConnection(["ls", "--proxy=http://me:secret@p:1"]), "");
  });
});
