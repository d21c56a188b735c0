// The origin of the page under test: the page, its script, and what a site's own server does for it, which is to give out
// keys and to sign URLs.
import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { RequestToSign } from "../../../src/client/browser/url-signer.ts";
import { formatAddress, parseEndpoint, requestAddress } from "../../../src/protocol/addressing/endpoint.ts";
import { signV4Url } from "../../../src/protocol/signing/sign-v4-url.ts";
import type { SigningCrypto } from "../../../src/protocol/signing/signing-crypto.ts";
import type { TestServer } from "../suite.ts";

export interface PageServer extends AsyncDisposable {
  readonly origin: string;
  /** How often a URL was given out whose life was over. */
  readonly expiredUrlCount: number;
  /** Gives out such a URL whenever one is asked for the first time. */
  expireFirstUrls(): void;
  readonly givenKeyCount: number;
  /** Of scripts, in order. */
  readonly askedPaths: readonly string[];
}

const URL_LIFE_SECONDS = 600;

const crypto: SigningCrypto = {
  hmac: (hash, key, data) => createHmac(hash.replace("-", ""), key).update(data).digest(),
  sha256: (data) => createHash("sha256").update(data).digest(),
};

/** @param endpoint  where signed URLs point to */
export async function servePage(service: TestServer, endpoint: () => string): Promise<PageServer> {
  const scripts = await bundlePage();
  const askedPaths: string[] = [];
  let givenKeyCount = 0;
  let expiredUrlCount = 0;
  let askedFor: Set<string> | undefined;

  const sign = async ({ method, bucket, key, query, headers }: RequestToSign): Promise<string> => {
    const what = JSON.stringify([method, key, query]);
    const isExpired = askedFor?.has(what) === false;
    askedFor?.add(what);
    expiredUrlCount += isExpired ? 1 : 0;
    const resource = key === undefined ? { bucket } : { bucket, key };
    const signed = await signV4Url(
      { method, resource, query: Object.entries(query), headers },
      {
        credentials: service,
        region: service.region,
        time: new Date(Date.now() - (isExpired ? 2 * URL_LIFE_SECONDS * 1000 : 0)),
        expiresInSeconds: URL_LIFE_SECONDS,
      },
      crypto,
    );
    return formatAddress(requestAddress(parseEndpoint(endpoint()), signed.resource, signed.query));
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    switch (request.url) {
      case "/":
        response.setHeader("content-type", "text/html; charset=utf-8");
        response.end(
          '<!doctype html><title>Partwise</title><input type="file"><script type="module" src="/main.js"></script>',
        );
        return;
      case "/key": {
        givenKeyCount += 1;
        const expiration = new Date(Date.now() + 3_600_000);
        const { accessKeyId, accessKeySecret, securityToken } = service.temporaryKey ?? {};
        response.end(JSON.stringify({ accessKeyId, accessKeySecret, securityToken, expiration }));
        return;
      }
      case "/sign":
        response.end(JSON.stringify(await sign(JSON.parse(await textOf(request)))));
        return;
      default: {
        const script = scripts.get(request.url ?? "");
        askedPaths.push(request.url ?? "");
        response.writeHead(script === undefined ? 404 : 200, {
          "content-type": "text/javascript; charset=utf-8",
        });
        response.end(script);
      }
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    askedPaths,
    get givenKeyCount() {
      return givenKeyCount;
    },
    get expiredUrlCount() {
      return expiredUrlCount;
    },
    expireFirstUrls() {
      askedFor = new Set();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Texts by path: the page's own and those that it loads when it needs them. */
async function bundlePage(): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page/main.ts", import.meta.url))],
    bundle: true,
    splitting: true,
    format: "esm",
    outdir: "page",
    platform: "browser",
    target: "es2023",
    write: false,
  });
  return new Map(outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
  }
  return text;
}
