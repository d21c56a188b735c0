// Node's modules of HTTP, TLS and hashes, got without an ES import. Such an import reads every export of the module at
// once, and one of node:http's loads all of undici: 70 ms, as much as the whole rest of this client's start. Those of
// node:crypto and node:child_process load less, and that is memory too.
// node:https loads TLS, another 40 ms, which a client of an http endpoint does not need.

export function builtInHttp(): typeof import("node:http") {
  return process.getBuiltinModule("node:http");
}

export function builtInHttps(): typeof import("node:https") {
  return process.getBuiltinModule("node:https");
}

export function builtInTls(): typeof import("node:tls") {
  return process.getBuiltinModule("node:tls");
}

export function builtInCrypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}

export function builtInChildProcess(): typeof import("node:child_process") {
  return process.getBuiltinModule("node:child_process");
}
