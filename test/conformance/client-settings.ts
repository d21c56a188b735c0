// How a client's program is told where the server is: by environment variables, the same for all of them.
import type { SignatureVersion, TestServer } from "./suite.ts";

export function clientSettings(server: TestServer, signature: SignatureVersion): Record<string, string> {
  const { temporaryKey } = server;
  return {
    ...(temporaryKey && {
      PARTWISE_TEMPORARY_ACCESS_KEY_ID: temporaryKey.accessKeyId,
      PARTWISE_TEMPORARY_ACCESS_KEY_SECRET: temporaryKey.accessKeySecret,
      PARTWISE_SECURITY_TOKEN: temporaryKey.securityToken,
    }),
    PARTWISE_ENDPOINT: server.endpoint,
    PARTWISE_REGION: server.region,
    PARTWISE_ACCESS_KEY_ID: server.accessKeyId,
    PARTWISE_ACCESS_KEY_SECRET: server.accessKeySecret,
    PARTWISE_BASE_HOST: server.baseHost,
    PARTWISE_SIGNATURE: signature,
  };
}
