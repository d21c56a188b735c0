import type { getObjectAcl } from "../../protocol/operations/get-object-acl.ts";
import type { Handler } from "../handler.ts";
import { requireObject } from "../require-resources.ts";

export const handleGetObjectAcl: Handler<typeof getObjectAcl> = async (input, context) => {
  await requireObject(input, context);
  // Objects have no grants of their own here: as the bucket's.
  return { output: { owner: context.owner, grant: "default" } };
};
