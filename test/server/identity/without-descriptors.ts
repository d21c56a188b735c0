// A process that runs out of file descriptors just when a key was disabled: `node without-descriptors.ts FOLDER USER KEY-ID`
// prints whether the key is found before, without descriptors, and once they are there again; and what was reported.
import { closeSync, openSync } from "node:fs";
import { setAccessKeyEnabled } from "../../../src/server/identity/edit-identities.ts";
import { changeIdentities } from "../../../src/server/identity/identity-file.ts";
import { IdentityStore } from "../../../src/server/identity/identity-store.ts";

const [folder = "", holder = "", id = ""] = process.argv.slice(2);
const reported: string[] = [];
const store = new IdentityStore({ folder, reportFailure: (failure) => reported.push(String(failure)) });
const isFound = () => store.find(id) !== undefined;

const before = isFound();
changeIdentities({ folder }, ({ identities }) => ({
  identities: setAccessKeyEnabled(identities, { holder, id, isEnabled: false }),
  result: undefined,
}));
const taken = takeAllDescriptors();
const without = [isFound(), isFound()];
for (const descriptor of taken) {
  closeSync(descriptor);
}
process.stdout.write(JSON.stringify({ before, without, after: isFound(), reported }));

function takeAllDescriptors(): readonly number[] {
  const descriptors: number[] = [];
  for (;;) {
    try {
      descriptors.push(openSync("/dev/null", "r"));
    } catch {
      return descriptors;
    }
  }
}
