// node:http and node:https, got without an ES import. Such an import reads every export of the module at once, and
// one of node:http's loads all of undici: 70 ms, more than the rest of this client's start. node:https loads TLS,
// another 40 ms, which a client of an http endpoint does not need.

type Http = typeof import("node:http");
type Https = typeof import("node:https");
type Tls = typeof import("node:tls");

export function builtInHttp(): Http {
  return process.getBuiltinModule("node:http");
}

export function builtInHttps(): Https {
  return process.getBuiltinModule("node:https");
}

export function builtInTls(): Tls {
  return process.getBuiltinModule("node:tls");
}
