// Who signs.

/** A key, lasting or temporary. The id may be shown to anyone, the rest to nobody. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Belongs to a temporary key, which is worth nothing without it. */
  readonly securityToken?: string;
}
