import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Disk } from '../base/index.ts';

/**
 * Whether an address of a remote leads to a repository inside a folder, with which it has come. Git
 * runs such a repository's own hooks at a push.
 */
export function comesAlong(address: string, root: string, disk: Disk): boolean {
  const path = pathOf(address);
  if (path === undefined) return false;
  const full = resolve(root, path);
  // Git takes a name for `<name>.git` too; what is not there is for git to say.
  return [full, `${full}.git`].some((each) => {
    if (!disk.exists(each)) return false;
    const way = relative(root, disk.realpath(each));
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  });
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
