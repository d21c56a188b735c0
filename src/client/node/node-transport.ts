// The transport of Node: node:http and node:https with connections that are kept open between requests.
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Transport } from "../transport.ts";
import { type Agents, exchange } from "./node-exchange.ts";

/** Connections to one host at a time. */
const CONNECTION_COUNT_MAX = 256;

/** A transport with connections of its own. Idle ones do not keep the process alive. */
export function createNodeTransport(): Transport {
  const options = { keepAlive: true, maxSockets: CONNECTION_COUNT_MAX };
  const agents: Agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  return {
    send: (request) => exchange(request, agents),
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}
