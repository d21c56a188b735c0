/** What cannot be done with users, roles and keys, or with the file that has them: one line that says what to do. */
export class IdentityError extends Error {
  override readonly name = "IdentityError";
}
