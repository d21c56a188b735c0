// Bare TCP streams, as many bytes as they take, in a process of its own at the client's end of the link:
//
//   node send-streams.ts '{"address":"198.18.0.2","port":8081,"streamCount":8,"seconds":5}'
//
// What arrives is counted at the other end. It shows what the link is before any client of object storage is judged.

import { connect, type Socket } from "node:net";

export interface StreamsOrder {
  readonly address: string;
  readonly port: number;
  readonly streamCount: number;
  readonly seconds: number;
}

const CHUNK = new Uint8Array(256 * 1024);

if (import.meta.main) {
  process.stdin.resume().once("end", () => process.exit());
  const { address, port, streamCount, seconds }: StreamsOrder = JSON.parse(process.argv[2] ?? "");
  const sockets = Array.from({ length: streamCount }, () => connect(port, address));
  for (const socket of sockets) {
    socket.on("drain", () => fill(socket));
    fill(socket);
  }
  setTimeout(() => {
    console.log("done");
    process.exit();
  }, seconds * 1_000);
}

function fill(socket: Socket): void {
  while (socket.write(CHUNK)) {
    // The kernel has taken it all, and may take more.
  }
}
