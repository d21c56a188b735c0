// Nonces of signatures that were used, for as long as the signatures are good.
import type { DatabaseSync } from "node:sqlite";
import type { SynchronousOperations } from "../metadata-messages.ts";
import type { CallClock } from "./contents.ts";

export function nonceStatements(
  database: DatabaseSync,
  clock: CallClock,
): Pick<SynchronousOperations, "takeNonce"> {
  const forgetExpired = database.prepare("DELETE FROM nonce WHERE expires_at < ?");
  const count = database.prepare("SELECT count(*) AS known FROM nonce");
  const insert = database.prepare("INSERT INTO nonce VALUES (?, ?) ON CONFLICT DO NOTHING");
  return {
    takeNonce: ({ nonce, expiresAtMs, countMax }) => {
      forgetExpired.run(clock.nowMs);
      if (Number(count.get()?.known) >= countMax) {
        return "full";
      }
      return insert.run(nonce, expiresAtMs).changes === 1 ? "taken" : "known";
    },
  };
}
