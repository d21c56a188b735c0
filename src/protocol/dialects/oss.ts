// Alibaba Cloud OSS.
import type { Dialect } from "./dialect.ts";

export const oss: Dialect = {
  name: "oss",
  headerPrefix: "x-oss-",
  etagCase: "upper",
  multipartEtagInput: "hex-text",
  crc64Header: "x-oss-hash-crc64ecma",
};
