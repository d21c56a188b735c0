// A real https server with a certificate that it signed itself.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificate {
  /** In PEM; it is its own authority. */
  readonly certificate: string;
  readonly key: string;
}

/** For the name `service.test` and the address 127.0.0.1. */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "partwise-tls-"));
  const [keyPath, certificatePath] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  try {
    execFileSync(
      "openssl",
      [
        ...[
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:prime256v1",
          "-nodes",
          "-days",
          "2",
        ],
        ...["-subj", "/CN=service.test", "-addext", "subjectAltName=DNS:service.test,IP:127.0.0.1"],
        ...["-keyout", keyPath, "-out", certificatePath],
      ],
      { stdio: "ignore" },
    );
    return { certificate: readFileSync(certificatePath, "utf8"), key: readFileSync(keyPath, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface TlsService extends AsyncDisposable {
  readonly port: number;
  /** How many connections there have been. */
  readonly connectionCount: () => number;
}

export async function startTlsService(
  { certificate, key }: Certificate,
  listener: RequestListener,
): Promise<TlsService> {
  const sockets = new Set<Socket>();
  const server = createServer({ cert: certificate, key }, listener);
  // No idle connection ends unless its client closes it.
  server.keepAliveTimeout = 0;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connectionCount: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
