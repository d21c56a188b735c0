// Fewer files: esbuild cuts what entries share into a chunk for every set of entries and of parts loaded later, of which
// there are many, so that chunks would be most of what Node loads. Here those that the same entries load at their start
// become one file, and the small ones that need no others become one too, which costs an entry that could do without some of them
// less than their files cost the others; but none may bring an entry a module of Node's or a package that it would do without:
// those are megabytes. Each is loaded only once: an error's class stays one class.
import { posix } from "node:path";
import { build } from "esbuild";

const STATIC = "import-statement";
const IMPORTED_NAMES = /\b(import|export) \{([^}]*)\} from "(\.[^"]+)";/g;
const IMPORTED_FOR_ITS_EFFECTS = /^import "(\.[^"]+)";$/gm;
const TEMPORARY = "merged";

/** Node finds, opens and links a file in the time in which it reads some 30 KB of JavaScript. */
const SMALL_MAX_BYTES = 10_000;

/**
 * @param neutral  those of `entries` that run anywhere; what they load may be loaded by all, the rest only in Node
 * @param outputs  of esbuild's metafile, by paths relative to the project's folder
 * @param texts    of the same files, by the same paths
 * @param entries  what a process or a user begins with, by the same paths
 * @param folder   of the merged files
 * @returns texts of all files, those that were merged left out
 */
export async function mergeChunks({ outputs, texts, entries, neutral, folder }) {
  const groups = joinSmall(groupChunks(outputs, entries), outputs, neutral)
    .map(({ paths }) => paths)
    .filter((paths) => paths.length > 1);
  /** By the path of a chunk: the file that it comes into, and what its names begin with there. */
  const homes = new Map();
  groups.forEach((paths, groupIndex) => {
    const file = posix.join(folder, `shared-${groupIndex + 1}.js`);
    paths.forEach((path, index) => {
      homes.set(path, { file, prefix: `of${index + 1}_` });
    });
  });
  const rewritten = new Map([...texts].map(([path, text]) => [path, rewriteImports(path, text, homes)]));
  const merged = new Map([...rewritten].filter(([path]) => !homes.has(path)));
  for (const paths of groups) {
    merged.set(homes.get(paths[0]).file, await mergeGroup(paths, { outputs, texts: rewritten, homes }));
  }
  return merged;
}

/** The chunks, by who loads them at its start. What only comes later stays by itself. */
function groupChunks(outputs, entries) {
  const loaders = new Map();
  for (const entry of entries) {
    visit(entry, entry);
  }
  return [...Map.groupBy(loaders, ([, loadedBy]) => [...loadedBy].join()).values()].map((loaded) => ({
    loadedBy: loaded[0][1],
    paths: loaded
      .map(([path]) => path)
      .filter((path) => outputs[path].entryPoint === undefined)
      .sort(),
  }));

  function visit(path, entry) {
    const loadedBy = loaders.get(path) ?? new Set();
    if (loadedBy.has(entry)) {
      return;
    }
    loaders.set(path, loadedBy.add(entry));
    for (const { path: imported, kind } of outputs[path].imports) {
      if (kind === STATIC && imported in outputs) {
        visit(imported, entry);
      }
    }
  }
}

/** Only groups that need nothing but each other: a file that needs another which needs it would run before it. */
function joinSmall(groups, outputs, neutral) {
  const isSmall = ({ paths }) => paths.reduce((sum, path) => sum + outputs[path].bytes, 0) <= SMALL_MAX_BYTES;
  const runsAnywhere = ({ loadedBy }) => neutral.some((entry) => loadedBy.has(entry));
  const anywhere = selfContained(groups.filter((group) => isSmall(group) && runsAnywhere(group)));
  const inNode = selfContained(
    bringingNothing(groups.filter((group) => isSmall(group) && !runsAnywhere(group))),
    anywhere,
  );
  const others = groups.filter((group) => !anywhere.includes(group) && !inNode.includes(group));
  return [...others, joined(anywhere), joined(inNode)];

  /** Those that need, of modules from outside, only what all who would load them load in any case. */
  function bringingNothing(small) {
    const loaders = new Set(small.flatMap(({ loadedBy }) => [...loadedBy]));
    const neededBy = [...loaders].map((entry) =>
      outsiders(groups.filter(({ loadedBy }) => loadedBy.has(entry))),
    );
    return small.filter((group) =>
      [...outsiders([group])].every((name) => neededBy.every((needed) => needed.has(name))),
    );
  }

  function outsiders(ofGroups) {
    const imports = ofGroups.flatMap(({ paths }) => paths.flatMap((path) => outputs[path].imports));
    return new Set(imports.filter(({ external }) => external).map(({ path }) => path));
  }

  function selfContained(small, given = []) {
    const known = new Set([...given, ...small].flatMap(({ paths }) => paths));
    const kept = small.filter(({ paths }) =>
      paths.every((path) =>
        outputs[path].imports.every(({ path: imported }) => !(imported in outputs) || known.has(imported)),
      ),
    );
    return kept.length === small.length ? kept : selfContained(kept, given);
  }

  function joined(small) {
    return { paths: small.flatMap(({ paths }) => paths).sort() };
  }
}

/** Within a merged file the imports stay, for esbuild to resolve; from elsewhere they take the merged file's names. */
function rewriteImports(path, text, homes) {
  const own = homes.get(path)?.file;
  const folderOf = posix.dirname(own ?? path);
  const homeOf = (address) => {
    const home = homes.get(posix.join(posix.dirname(path), address));
    return home === undefined || home.file === own ? undefined : home;
  };
  const addressOf = ({ file }) => {
    const address = posix.relative(folderOf, file);
    return address.startsWith(".") ? address : `./${address}`;
  };
  return text
    .replaceAll(IMPORTED_NAMES, (statement, verb, names, address) => {
      const home = homeOf(address);
      if (home === undefined) {
        return statement;
      }
      const renamed = names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "")
        .map((name) => `${home.prefix}${name.includes(" as ") ? name : `${name} as ${name}`}`);
      return `${verb} { ${renamed.join(", ")} } from "${addressOf(home)}";`;
    })
    .replaceAll(IMPORTED_FOR_ITS_EFFECTS, (statement, address) => {
      const home = homeOf(address);
      return home === undefined ? statement : `import "${addressOf(home)}";`;
    });
}

async function mergeGroup(paths, { outputs, texts, homes }) {
  const group = new Set(paths);
  const statements = paths.map((path) => {
    const { prefix } = homes.get(path);
    const names = outputs[path].exports.map((name) => `${name} as ${prefix}${name}`);
    return names.length === 0 ? `import "${path}";` : `export { ${names.join(", ")} } from "${path}";`;
  });
  const { outputFiles } = await build({
    stdin: { contents: statements.join("\n"), sourcefile: TEMPORARY },
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    logLevel: "warning",
    plugins: [{ name: "chunks of a group", setup }],
  });
  return outputFiles[0].text;

  function setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
      const resolved = importer === TEMPORARY ? path : posix.join(posix.dirname(importer), path);
      // What an import() names is loaded later still, and has its file.
      return kind === STATIC && group.has(resolved)
        ? { path: resolved, namespace: TEMPORARY, sideEffects: true }
        : { path, external: true };
    });
    onLoad({ filter: /.*/, namespace: TEMPORARY }, ({ path }) => ({
      contents: texts.get(path),
      loader: "js",
    }));
  }
}
