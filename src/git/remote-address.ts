import { isAbsolute, relative, resolve } from 'node:path';
import type { Disk } from '../base/index.ts';

/**
 * Whether an address of a remote leads to a repository that may have come along with a folder: one
 * inside it, or one named from where it lies. Git runs such a repository's own hooks at a push.
 */
export function comesAlong(address: string, root: string, disk: Disk): boolean {
  const path = pathOf(address);
  if (path === undefined) return false;
  // Git takes a name for `<name>.git` too; what is not there is for git to say.
  if (!isAbsolute(path)) return ['', '.git'].some((end) => disk.exists(resolve(root, path + end)));
  const way = relative(root, disk.exists(path) ? disk.realpath(path) : resolve(path));
  return !way.startsWith('..') && !isAbsolute(way);
}

/** The path in an address, by git's rule; `undefined` for a URL of the network and for `host:path`. */
function pathOf(address: string): string | undefined {
  if (address.startsWith('file://')) return decoded(address.slice('file://'.length));
  if (/^[A-Za-z]:[\\/]/.test(address)) return address;
  const [colon, slash] = [address.indexOf(':'), address.indexOf('/')];
  return colon < 0 || (slash >= 0 && slash < colon) ? address : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
