// ~/.ossutilconfig, the file in which ossutil keeps endpoint and keys: users of ossutil need to type nothing again.
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "ini";
import { CommandError } from "./command-error.ts";

export interface OssutilConfig {
  readonly endpoint?: string;
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
  readonly securityToken?: string;
}

function ossutilConfigPath(): string {
  return join(homedir(), ".ossutilconfig");
}

/** What the file's section names (`[Credentials]` of version 1, `[default]` of version 2); {} when there is no file. */
export async function readOssutilConfig(path: string = ossutilConfigPath()): Promise<OssutilConfig> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      return {};
    }
    throw new CommandError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  const sections = parse(text) as Record<string, Record<string, string> | undefined>;
  const section = sections.Credentials ?? sections.default ?? {};
  const values = new Map(Object.entries(section).map(([name, value]) => [name.toLowerCase(), value]));
  const entries = {
    endpoint: values.get("endpoint"),
    region: values.get("region"),
    accessKeyId: values.get("accesskeyid"),
    accessKeySecret: values.get("accesskeysecret"),
    securityToken: values.get("ststoken"),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value)) as OssutilConfig;
}
