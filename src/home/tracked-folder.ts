import type { Folder } from '../folder/index.ts';

/** The folder, telling `touch` every path that is written through it. */
export function trackedFolder(folder: Folder, touch: (paths: readonly string[]) => void): Folder {
  return {
    root: folder.root,
    agents: () => folder.agents(),
    readDocument: (path) => folder.readDocument(path),
    reconcile: async (options) => {
      const report = await folder.reconcile(options);
      touch(
        report.changed.flatMap(({ path, from }) => (from === undefined ? [path] : [from, path])),
      );
      touch(report.entries.map(({ path }) => path));
      touch(report.finished);
      return report;
    },
    writeDocument: async (path, content, options) => {
      const result = await folder.writeDocument(path, content, options);
      if (result.ok) touch([path]);
      return result;
    },
    writeDocuments: async (writes, options) => {
      const result = await folder.writeDocuments(writes, options);
      if (result.ok) touch(writes.map(({ path }) => path));
      return result;
    },
    moveDocument: async (from, to, options) => {
      const result = await folder.moveDocument(from, to, options);
      if (result.ok) touch([from, to]);
      return result;
    },
    appendEntry: async (path, entry, options) => {
      const result = await folder.appendEntry(path, entry, options);
      touch([path]);
      return result;
    },
    printGenerated: async (generators, options) => {
      const written = await folder.printGenerated(generators, options);
      touch(written);
      return written;
    },
    restore: async (options) => {
      const report = await folder.restore(options);
      touch(report.restored);
      return report;
    },
    check: () => folder.check(),
    differences: () => folder.differences(),
    close: () => folder.close(),
  };
}
