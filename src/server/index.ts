// The public entry `partwise/server`: an OSS-compatible server to run inside one's own program.
export { type CredentialStore, fixedCredentials, type HeldCredentials } from "./credential-store.ts";
export { IdentityError } from "./identity/identity-error.ts";
export { IdentityStore, type IdentityStoreOptions } from "./identity/identity-store.ts";
export { type LifecycleOptions, startLifecycle } from "./lifecycle/start-lifecycle.ts";
export type { RateClock } from "./limit-rate.ts";
export { defaultListenerLimits, type ListenerLimits } from "./listener-limits.ts";
export type { Certificate } from "./node-listener.ts";
export type { NamedPolicy, Policy } from "./policy/policy.ts";
export type { Identity } from "./principal.ts";
export type { ObserveRequest, RequestRecord } from "./request-record.ts";
export { ServerStartError } from "./server-start-error.ts";
export { DEFAULT_REGION, type RunningServer, type ServerOptions, startServer } from "./start-server.ts";
export {
  type TemporaryCredentials,
  type TemporaryKeyOptions,
  temporaryCredentials,
  withTemporaryCredentials,
} from "./temporary-credentials.ts";
