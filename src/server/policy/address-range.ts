// Addresses of clients, and the ranges of them that policies name.
import { BlockList, isIP } from "node:net";

/** `192.0.2.0/24`, `192.0.2.7`, `2001:db8::/32`: whether an address is in it; undefined for a text that is no range. */
export function parseAddressRange(text: string): ((address: string) => boolean) | undefined {
  const [network = "", prefix, ...rest] = text.split("/");
  const version = isIP(network);
  if (version === 0 || rest.length > 0 || !/^(?:\d{1,3})?$/.test(prefix ?? "") || prefix === "") {
    return undefined;
  }
  const bits = version === 4 ? 32 : 128;
  const prefixBits = prefix === undefined ? bits : Number(prefix);
  if (prefixBits > bits) {
    return undefined;
  }
  const list = new BlockList();
  list.addSubnet(network, prefixBits, version === 4 ? "ipv4" : "ipv6");
  return (address) => {
    const plain = plainAddress(address);
    return isIP(plain) === version && list.check(plain, version === 4 ? "ipv4" : "ipv6");
  };
}

/** `::ffff:192.0.2.7`, as a socket for both versions tells it, is the address of version 4; a zone is left out. */
export function plainAddress(address: string): string {
  const withoutZone = address.replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(withoutZone)?.[1];
  return mapped ?? withoutZone;
}
