import { BlockList, isIP } from 'node:net';

/**
 * Addresses that are not the public internet: this machine, its networks, and the ranges reserved
 * by the IANA special-purpose registries (RFC 6890) for anything but ordinary hosts.
 */
const special = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  special.addSubnet(network, prefix, 'ipv4');
}
/** Only 2000::/3 is handed out to hosts; inside it these are not. */
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
] as const) {
  special.addSubnet(network, prefix, 'ipv6');
}
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/** Forms of IPv6 that carry an IPv4 address: where its 32 bits begin. */
const carriers: readonly { readonly prefix: readonly number[]; readonly at: number }[] = [
  { prefix: [0, 0, 0, 0, 0, 0xffff], at: 6 }, // mapped, ::ffff:0:0/96
  { prefix: [0, 0, 0, 0, 0, 0], at: 6 }, // compatible, ::/96
  { prefix: [0, 0, 0, 0, 0xffff, 0], at: 6 }, // translated, ::ffff:0:0:0/96
  { prefix: [0x64, 0xff9b, 0, 0, 0, 0], at: 6 }, // NAT64, 64:ff9b::/96
  { prefix: [0x2002], at: 1 }, // 6to4, 2002::/16
];

/**
 * True for an address of the public internet. An IPv6 address that carries an IPv4 one is judged by
 * the one it carries. Text that is no address is not public.
 *
 * @example
 * isPublicAddress('93.184.215.14'); // => true
 * isPublicAddress('::ffff:127.0.0.1'); // => false
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  if (family !== 6 || address.includes('%')) return false;
  const words = wordsOf(address);
  const carried = carriers.find(({ prefix }) =>
    prefix.every((word, index) => word === words[index]),
  );
  if (carried !== undefined) return isPublicAddress(dotted(words, carried.at));
  return global6.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** The eight words of an IPv6 address, in the form WHATWG URL parsing gives it. */
function wordsOf(address: string): readonly number[] {
  const plain = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((word) => Number.parseInt(word, 16));
}

const dotted = (words: readonly number[], at: number): string =>
  [words[at] ?? 0, words[at + 1] ?? 0].flatMap((word) => [word >> 8, word & 0xff]).join('.');

/** A test for addresses of given networks: `127.0.0.1`, `10.0.0.0/8`, `::1`, `fd00::/8`. */
export function addressesIn(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', prefix] = network.split('/');
    const family = isIP(base) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(base, family);
    else list.addSubnet(base, Number(prefix), family);
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
