// Arbitrary inputs and outputs of every operation.
import { bucketOperationCases } from "./bucket-operation-cases.ts";
import { bucketRulesOperationCases } from "./bucket-rules-operation-cases.ts";
import { bucketSettingsOperationCases } from "./bucket-settings-operation-cases.ts";
import { multipartOperationCases } from "./multipart-operation-cases.ts";
import { objectOperationCases } from "./object-operation-cases.ts";
import type { OperationCase } from "./operation-case.ts";

export const operationCases: readonly OperationCase[] = [
  ...bucketOperationCases,
  ...bucketSettingsOperationCases,
  ...bucketRulesOperationCases,
  ...objectOperationCases,
  ...multipartOperationCases,
];
