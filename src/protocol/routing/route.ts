// Which operation a request asks for. The marks of the request must be those of the operation, no more and no less:
// a request that asks for something else beside (`PUT /bucket/key?acl`) must never pass for the operation without it.
import type { Dialect } from "../dialects/dialect.ts";
import { serviceError } from "../errors/known-error.ts";
import { invalidArgument, type ServiceError } from "../errors/service-error.ts";
import { type Query, queryValue, type RequestMessage } from "../http-message.ts";
import type { AnyOperation } from "../operation.ts";
import { operations } from "./operation-table.ts";
import { isUnknownName, unimplementedSubResources } from "./sub-resources.ts";

/** Every query name that is a mark of some operation. */
const markNames: ReadonlySet<string> = new Set(
  operations.flatMap(({ marks }) => marks.query.map((mark) => nameOfMark(mark))),
);

/** The query names of an operation's marks, for every request asks for those of several. */
const namesOfMarks: ReadonlyMap<AnyOperation, readonly string[]> = new Map(
  operations.map((operation) => [operation, operation.marks.query.map(nameOfMark)]),
);

/** Operations that only their marks tell apart. */
interface Family {
  readonly operations: readonly AnyOperation[];
  /** All headers that are marks of one of them, without the dialect's prefix. */
  readonly headerMarks: readonly string[];
}

/** By method and level. Made once, for every request asks. */
const families: ReadonlyMap<string, Family> = new Map(
  operations.map((operation) => [familyOf(operation), familyWith(operation)]),
);
const noFamily: Family = { operations: [], headerMarks: [] };

/** Whether a query says what the request is about, besides its method and level. */
export function hasMark(query: Query): boolean {
  return query.some(([name]) => markNames.has(name));
}

/**
 * The one operation whose method, level and marks are the request's.
 *
 * @throws {ServiceError} NotImplemented for a sub-resource that nothing here implements; InvalidArgument where a mark
 *   lacks its companion (`partNumber` without `uploadId`) or has an unknown value; MethodNotAllowed otherwise
 */
export function route(request: RequestMessage, dialect: Dialect): AnyOperation {
  const names = new Set(request.query.map(([name]) => name));
  const level = levelOf(request);
  const family = families.get(familyOf({ method: request.method, level })) ?? noFamily;
  const { operations: candidates, headerMarks } = family;
  const presentMarks = [...names].filter((name) => markNames.has(name));
  const matching = candidates
    .filter((operation) => isMarkedBy(operation, presentMarks))
    .filter((operation) => hasHeaderMarks(operation, headerMarks, request, dialect));
  const [operation] = matching;
  const unimplemented = request.query.find(
    (pair) => asksForSomethingElse(pair, request) && !operation?.marks.query.includes(pair[0]),
  );
  if (unimplemented !== undefined) {
    throw serviceError("NotImplemented", { fields: { Header: unimplemented[0] } });
  }
  if (operation === undefined) {
    throw missingMark(candidates, presentMarks) ?? methodNotAllowed(request);
  }
  assertMarkValues(operation, request);
  return operation;
}

/** A sub-resource that OSS has, or a name that may be one: bare, or in a request that changes something. */
function asksForSomethingElse([name, value]: readonly [string, string], { method }: RequestMessage): boolean {
  if (unimplementedSubResources.has(name)) {
    return true;
  }
  const isHarmless = value !== "" && (method === "GET" || method === "HEAD");
  return isUnknownName(name) && !markNames.has(name) && !isHarmless;
}

function familyOf({ method, level }: Pick<AnyOperation, "method" | "level">): string {
  return `${method} ${level}`;
}

function familyWith(operation: AnyOperation): Family {
  const members = operations.filter((other) => familyOf(other) === familyOf(operation));
  const headerMarks = new Set(members.flatMap(({ marks }) => marks.headers ?? []));
  return { operations: members, headerMarks: [...headerMarks] };
}

function levelOf({ resource }: RequestMessage): AnyOperation["level"] {
  if ((resource.bucket ?? "") === "") {
    return "service";
  }
  return (resource.key ?? "") === "" ? "bucket" : "object";
}

/** `list-type` of `list-type=2`. */
function nameOfMark(mark: string): string {
  return mark.split("=", 1)[0] ?? mark;
}

function isMarkedBy(operation: AnyOperation, presentMarks: readonly string[]): boolean {
  const { ignoredQuery = [] } = operation.marks;
  const counting = presentMarks.filter((name) => !ignoredQuery.includes(name));
  return isSameSet(namesOfMarks.get(operation) ?? [], counting);
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name) => right.includes(name));
}

/** Whether the headers that tell the candidates apart are exactly those of `operation`. */
function hasHeaderMarks(
  operation: AnyOperation,
  headerMarks: readonly string[],
  { headers }: RequestMessage,
  dialect: Dialect,
): boolean {
  const own = operation.marks.headers ?? [];
  return headerMarks.every(
    (name) => own.includes(name) === (headers[dialect.headerPrefix + name] !== undefined),
  );
}

/** `partNumber` alone is half of UploadPart: the error names the other half. */
function missingMark(
  candidates: readonly AnyOperation[],
  presentMarks: readonly string[],
): ServiceError | undefined {
  if (presentMarks.length === 0) {
    return undefined;
  }
  const missing = candidates
    .map(({ marks }) => marks.query.map(nameOfMark))
    .find((names) => presentMarks.every((name) => names.includes(name)))
    ?.find((name) => !presentMarks.includes(name));
  if (missing === undefined) {
    return undefined;
  }
  return invalidArgument({ name: missing, value: "" }, `The parameter ${missing} is missing.`);
}

function methodNotAllowed(request: RequestMessage): ServiceError {
  const level = levelOf(request);
  return serviceError("MethodNotAllowed", {
    fields: {
      ResourceType: level.charAt(0).toUpperCase() + level.slice(1),
      Method: request.method,
    },
  });
}

/** @throws {ServiceError} InvalidArgument for `list-type=3` */
function assertMarkValues(operation: AnyOperation, { query }: RequestMessage): void {
  for (const mark of operation.marks.query.filter((candidate) => candidate.includes("="))) {
    const name = nameOfMark(mark);
    const value = queryValue(query, name) ?? "";
    if (mark !== `${name}=${value}`) {
      throw invalidArgument({ name, value });
    }
  }
}
