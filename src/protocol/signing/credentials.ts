// Who signs.

export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Belongs to a temporary key, which is worth nothing without it. */
  readonly securityToken?: string;
}
