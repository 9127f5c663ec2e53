import { type Context, MAY_READ, type MAY_WRITE, type Sandbox } from './context.ts';
import type { TrapCause } from './trap-cause.ts';

/** Bytes inside the memory that a context wants to read or write. */
export interface Access {
  readonly address: number;
  readonly size: number;
  readonly permission: typeof MAY_READ | typeof MAY_WRITE;
}

/**
 * The trap that refuses a context an access, if any: every enclosing sandbox must allow it, and all
 * bytes must carry one memory tag, none (0) or one that the context holds (FLUX §8.1, §8.4).
 */
export function refuseAccess(
  context: Context,
  tags: Uint8Array | undefined,
  access: Access,
): TrapCause | undefined {
  return refuseSandboxed(context, access) ?? (tags && refuseTagged(context, tags, access));
}

/** The trap of the outermost sandbox that does not allow an access. */
export function refuseSandboxed(context: Context, access: Access): TrapCause | undefined {
  for (const sandbox of context.sandboxes) {
    const cause = refuseSandbox(sandbox, access);
    if (cause !== undefined) return cause;
  }
  return undefined;
}

function refuseSandbox(
  { start, size: length, permissions }: Sandbox,
  { address, size, permission }: Access,
): TrapCause | undefined {
  const reads = permission === MAY_READ;
  if ((permissions & permission) === 0) {
    return violation(reads ? 'read in write-only sandbox' : 'write in read-only sandbox');
  }
  const end = start + length;
  if (address >= start && address + size <= end) return undefined;
  return violation(`${reads ? 'read' : 'write'} at ${address} outside ${start}..${end}`);
}

/** The trap of an access that a sandbox does not allow. */
export function violation(what: string): TrapCause {
  return { kind: 'Sandbox', message: `SANDBOX_VIOLATION (0xe1): ${what}` };
}

function refuseTagged(
  context: Context,
  tags: Uint8Array,
  { address, size }: Access,
): TrapCause | undefined {
  const first = tags[address] ?? 0;
  for (let at = address; at < address + size; at += 1) {
    const tag = tags[at]!;
    if (tag !== 0 && !context.tags.has(tag)) return mismatch(`byte ${at} has tag ${tag}`);
    if (tag !== first) return mismatch(`bytes ${address} and ${at} have tags ${first} and ${tag}`);
  }
  return undefined;
}

/** The trap of an access to memory with another tag. */
export function mismatch(what: string): TrapCause {
  return { kind: 'MemoryTag', message: `TAG_MISMATCH (0xe3): ${what}` };
}
