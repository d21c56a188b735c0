// What can be wrong with the method, the bucket, the key and the query of a request, and still be signed.
import {
  signedSubResources,
  unimplementedSubResources,
} from "../../../src/protocol/routing/sub-resources.ts";
import type { SeededRandom } from "../seeded-random.ts";
import { awkwardNumbers, awkwardValue, type Draft, type Mutation } from "./draft.ts";

const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"];

const PARAMETERS = [
  ...signedSubResources,
  ...unimplementedSubResources,
  ..."prefix delimiter marker max-keys key-marker upload-id-marker version-id-marker max-uploads max-parts".split(
    " ",
  ),
  ..."part-number-marker encoding-type list-type start-after fetch-owner tag-key tag-value newer x-oss-new".split(
    " ",
  ),
];

const NUMERIC_PARAMETERS =
  "max-keys max-parts max-uploads partNumber part-number-marker position x-oss-traffic-limit list-type".split(
    " ",
  );

export const nameMutations: readonly Mutation[] = [
  { name: "another method", apply: (_draft, random) => ({ method: random.pick(METHODS) }) },
  {
    name: "an awkward key",
    apply: ({ resource }, random) => ({ resource: { ...resource, key: awkwardKey(random) } }),
  },
  {
    name: "no key",
    apply: ({ resource }) => ({ resource: resource.bucket === undefined ? {} : { bucket: resource.bucket } }),
  },
  {
    // None that could be made: a signed request would make it, and give it to everybody.
    name: "an impossible bucket",
    apply: ({ resource }, random) => ({
      resource: {
        ...resource,
        bucket: random.pick(["A", "-a-", "x".repeat(64), "a..b", "192.168.0.1"]),
      },
    }),
  },
  { name: "no query", apply: () => ({ query: [] }) },
  {
    name: "one more query name",
    apply: ({ query }, random) => ({ query: [...query, [random.pick(PARAMETERS), awkwardOrEmpty(random)]] }),
  },
  {
    name: "a number in the query",
    apply: ({ query }, random) => {
      const name = random.pick(NUMERIC_PARAMETERS);
      const others = query.filter(([other]) => other !== name);
      return { query: [...others, [name, random.pick(awkwardNumbers)]] };
    },
  },
  {
    name: "an awkward value in the query",
    apply: ({ query }, random) => replaceValue(query, random, () => awkwardValue(random)),
  },
  {
    name: "a query name twice",
    apply: ({ query }, random) => {
      const [name, value] = query.length === 0 ? (["uploads", ""] as const) : random.pick(query);
      return { query: [...query, [name, random.next() < 0.5 ? value : awkwardValue(random)]] };
    },
  },
  {
    name: "a query name in capitals",
    apply: ({ query }) => ({ query: query.map(([name, value]) => [name.toUpperCase(), value] as const) }),
  },
  {
    name: "a query name less",
    apply: ({ query }, random) => {
      const index = random.integer(0, Math.max(0, query.length - 1));
      return { query: query.filter((_pair, other) => other !== index) };
    },
  },
  {
    name: "marks combined",
    apply: ({ query }, random) => ({
      query: [
        ...query,
        [random.pick(["acl", "uploads", "delete", "append", "tagging", "versions", "policy"]), ""],
      ],
    }),
  },
  {
    name: "200 query names",
    apply: ({ query }, random) => ({
      query: [
        ...query,
        ...Array.from({ length: 200 }, (_, index) => [`x-oss-q${index}`, String(random.next())] as const),
      ],
    }),
  },
];

function awkwardKey(random: SeededRandom): string {
  const key = awkwardValue(random);
  return random.next() < 0.5 ? key : `${random.pick(["a/", "/", "dir/../"])}${key}`;
}

function awkwardOrEmpty(random: SeededRandom): string {
  return random.next() < 0.5 ? "" : awkwardValue(random);
}

function replaceValue(
  query: Draft["query"],
  random: SeededRandom,
  newValue: () => string,
): { readonly query: Draft["query"] } {
  const chosen = random.integer(0, Math.max(0, query.length - 1));
  return {
    query: query.map(([name, value], index) => [name, index === chosen ? newValue() : value] as const),
  };
}
