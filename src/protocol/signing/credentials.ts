// Who signs.

/** A key, lasting or temporary. The id may be shown to anyone, the rest to nobody. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Belongs to a temporary key, which is worth nothing without it. */
  readonly securityToken?: string;
  /** When a temporary key stops working, in milliseconds since 1970. Only a server looks at it. */
  readonly expiresAtMs?: number;
}
