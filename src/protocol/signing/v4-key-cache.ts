// Deriving a V4 signing key takes four HMACs, and one key serves a whole day. A cache is owned by the client or the
// server that signs with it; no secret lives in a module.

/** Enough for one key today and yesterday in more regions than OSS has. */
const KEY_COUNT_MAX = 128;

/** What a signing key is derived from. */
export interface V4KeyName {
  readonly algorithm: string;
  readonly secret: string;
  readonly scope: string;
}

/** Holds secrets: whoever creates it keeps it to itself. */
export interface V4KeyCache {
  /** The key called `name`, by `derive` unless it was derived before. */
  get(name: V4KeyName, derive: () => Promise<Uint8Array>): Promise<Uint8Array>;
}

/** An empty cache that holds the keys used last. */
export function createV4KeyCache(): V4KeyCache {
  const keys = new Map<string, Uint8Array>();
  return {
    async get({ algorithm, secret, scope }, derive) {
      const name = JSON.stringify([algorithm, secret, scope]);
      const key = keys.get(name) ?? (await derive());
      // Written again at the end: a Map keeps insertion order, so the first entry is the one unused for longest.
      keys.delete(name);
      keys.set(name, key);
      if (keys.size > KEY_COUNT_MAX) {
        const [oldest = ""] = keys.keys();
        keys.delete(oldest);
      }
      return key;
    },
  };
}
