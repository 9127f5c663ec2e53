import { z } from '../../../spec/index.ts';
import { defineOperation } from '../../operation.ts';
import { content, contentForm } from '../content.ts';

const path = z.string().min(1);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const entryKind = z.enum(['file', 'folder', 'link', 'other']);

/** A file's content; `sha256` is of the bytes. */
export const fileRead = defineOperation({
  name: 'file/read',
  kind: 'read',
  input: z.object({
    path,
    as: contentForm.default('text'),
    bytesMax: z.int().min(0).optional(),
  }),
  output: z.object({ content, size: z.int(), sha256: hash }),
});

/** Replaces a file in one step, or makes it; with `replaces`, only when it holds that content. */
export const fileWrite = defineOperation({
  name: 'file/write',
  kind: 'write',
  idempotent: true,
  input: z.object({
    path,
    content,
    /** The hash the file must have now; null for a file that must not exist yet. */
    replaces: hash.nullable().optional(),
    executable: z.boolean().default(false),
  }),
  output: z.object({ size: z.int(), sha256: hash }),
});

/** What a folder holds, by name; links are not followed. */
export const fileList = defineOperation({
  name: 'file/list',
  kind: 'read',
  input: z.object({ path, deep: z.boolean().default(false) }),
  output: z.object({
    entries: z.array(z.object({ path: z.string(), kind: entryKind, size: z.int() })),
    /** True when there are more entries than one answer holds. */
    cut: z.boolean(),
  }),
});

/** What a path is; `kind` is null when there is nothing. */
export const fileStat = defineOperation({
  name: 'file/stat',
  kind: 'read',
  input: z.object({ path }),
  output: z.object({ kind: entryKind.nullable(), size: z.int(), modifiedMicros: z.int() }),
});

/** Removes a file, a link, or a folder with all in it; false when there was nothing. */
export const fileRemove = defineOperation({
  name: 'file/remove',
  kind: 'write',
  idempotent: true,
  input: z.object({ path }),
  output: z.object({ removed: z.boolean() }),
});

/** Renames; never onto something that exists. */
export const fileMove = defineOperation({
  name: 'file/move',
  kind: 'write',
  input: z.object({ from: path, to: path }),
  output: z.null(),
});

/** Makes a folder and those above it. */
export const fileMakeFolder = defineOperation({
  name: 'file/make-folder',
  kind: 'write',
  idempotent: true,
  input: z.object({ path }),
  output: z.null(),
});
