// A client that sends a part piece by piece, with a pause after each, as one behind a slow line does.
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export interface SlowPart {
  /** A presigned URL to put the part to. */
  readonly url: string;
  readonly bytes: Uint8Array;
  readonly pieceBytes: number;
  readonly pauseMs: number;
}

/** @returns the first line of the answer */
export async function sendSlowly({ url, bytes, pieceBytes, pauseMs }: SlowPart): Promise<string> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.setNoDelay(true);
  let answer = "";
  socket.setEncoding("latin1").on("data", (text: string) => {
    answer += text;
  });
  const closed = once(socket, "close");
  await once(socket, "connect");
  socket.write(
    `PUT ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${bytes.length}\r\nConnection: close\r\n\r\n`,
  );
  for (let offset = 0; offset < bytes.length && !socket.destroyed; offset += pieceBytes) {
    if (!socket.write(bytes.subarray(offset, offset + pieceBytes))) {
      await Promise.race([once(socket, "drain"), closed]);
    }
    await delay(pauseMs);
  }
  await closed;
  return answer.split("\r\n")[0] ?? "";
}
