import { basename, dirname, join } from 'node:path';
import type { Disk } from '../../base/index.ts';
import { AgentError } from '../error.ts';

/** What there is at a path itself. */
type Kind = 'link' | 'other' | 'nothing';

/**
 * Follows the links of several paths, and looks at each folder on the way once. For one decision
 * alone: by the next, a folder may be a link.
 */
export class RealPaths {
  readonly #disk: Disk;
  readonly #kinds = new Map<string, Kind>();
  readonly #reals = new Map<string, string>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** The real path, of which the last parts need not exist yet. Throws `agent/link-to-nowhere`. */
  of(path: string): string {
    const known = this.#reals.get(path);
    if (known !== undefined) return known;
    const real = this.#follow(path);
    this.#reals.set(path, real);
    return real;
  }

  /** True when there is something, at the end of all links. */
  exists(path: string): boolean {
    const kind = this.#kindOf(path);
    return kind === 'link' ? this.#disk.exists(path) : kind === 'other';
  }

  /** False when a link on the way leads nowhere, so that nothing can be decided about the path. */
  leads(path: string): boolean {
    try {
      this.of(path);
      return true;
    } catch (error) {
      if (error instanceof AgentError) return false;
      throw error;
    }
  }

  #follow(path: string): string {
    if (this.#kindOf(path) === 'link') return this.#end(path);
    const parent = dirname(path);
    return parent === path ? path : join(this.of(parent), basename(path));
  }

  #end(path: string): string {
    try {
      return this.#disk.realpath(path);
    } catch (cause) {
      throw linkToNowhere(path, cause);
    }
  }

  #kindOf(path: string): Kind {
    const known = this.#kinds.get(path);
    if (known !== undefined) return known;
    const about = this.#disk.lstat(path, { throwIfNoEntry: false });
    const kind = about === undefined ? 'nothing' : about.isSymbolicLink() ? 'link' : 'other';
    this.#kinds.set(path, kind);
    return kind;
  }
}

const linkToNowhere = (path: string, cause: unknown): AgentError =>
  new AgentError({
    code: 'agent/link-to-nowhere',
    kind: 'refused',
    message: `${path} is a link that leads nowhere`,
    hint: 'make what it leads to, or remove the link',
    data: { path },
    cause,
  });
