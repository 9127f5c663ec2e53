import { appendEntries } from './append-entries.ts';
import { checkFiles } from './check-files.ts';
import { type FolderContext, readDisk } from './context.ts';
import { differences } from './differences.ts';
import type { AgentFolder, AppendResult, Folder, FolderOptions } from './folder.ts';
import { homePath } from './home-path.ts';
import { printGenerated } from './print-generated.ts';
import { reconcile } from './reconcile.ts';
import { restore } from './restore.ts';
import { writeDocuments } from './write-documents.ts';

/** The folder of a home over its log. Nothing is read or written before the first call. */
export function openFolder(options: FolderOptions): Folder {
  const context: FolderContext = { ...options, root: options.disk.realpath(options.root) };
  let agents: readonly AgentFolder[] = [];
  return {
    root: context.root,
    agents: () => agents,
    reconcile: async (write = {}) => {
      const done = await reconcile(context, write);
      agents = done.agents;
      return done.report;
    },
    readDocument: async (path) => {
      const file = readDisk(context, path);
      return file === undefined ? undefined : { path: homePath(path), ...file };
    },
    writeDocument: async (path, content, { ifHash, ...write } = {}) =>
      writeDocuments(
        context,
        [{ path, content, ...(ifHash === undefined ? {} : { ifHash }) }],
        write,
      ),
    writeDocuments: async (writes, write = {}) => writeDocuments(context, writes, write),
    moveDocument: async (from, to, write = {}) => {
      const file = readDisk(context, from);
      if (file === undefined) return { ok: false, path: from, found: null };
      return writeDocuments(
        context,
        [
          { path: from, content: null, ifHash: file.hash },
          { path: to, content: file.content, ifHash: null, movedFrom: from },
        ],
        write,
      );
    },
    appendEntry: async (path, text, write = {}) =>
      (await appendEntries(context, [{ path, text }], write))[0] as AppendResult,
    appendEntries: async (entries, write = {}) => appendEntries(context, entries, write),
    printGenerated: async (generators, write = {}) => printGenerated(context, generators, write),
    restore: async (write) => restore(context, write),
    check: async () => checkFiles(context),
    differences: async () => differences(context),
    close: () => context.marks.close(),
  };
}
