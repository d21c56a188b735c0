import type { TestServer } from "../suite.ts";

/**
 * How clients' own tests are told where the server is: the variables are the same for all of Alibaba Cloud's. What they
 * ask of other hosts by HTTP goes through the server as through a proxy, and finds buckets there; what they ask by HTTPS
 * ends at the server too, in a refusal. So nothing leaves this machine.
 */
export function testSettings(server: TestServer): Record<string, string> {
  return {
    OSS_TEST_ENDPOINT: server.endpoint,
    OSS_TEST_REGION: server.region,
    OSS_TEST_ACCESS_KEY_ID: server.accessKeyId,
    OSS_TEST_ACCESS_KEY_SECRET: server.accessKeySecret,
    OSS_TEST_PROXY_HOST: server.endpoint,
    OSS_TEST_PROXY_USER: "nobody",
    OSS_TEST_PROXY_PASSWORD: "nothing",
    http_proxy: server.endpoint,
    https_proxy: server.endpoint,
    NO_PROXY: "127.0.0.1,localhost",
    no_proxy: "127.0.0.1,localhost",
  };
}
