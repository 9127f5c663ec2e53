import { FactError } from '../error.ts';
import type { FactIndex } from '../fact-index.ts';
import {
  BRANCH_BASE,
  BRANCH_CLOSED,
  BRANCH_MERGED,
  branchEntity,
} from '../indexing/branch-table.ts';
import type { Branch, Branches, FactInput, Log } from '../log.ts';
import { unknownBranch } from '../reading/horizon.ts';

/** Branches as facts of the log they belong to. */
export function openBranches(
  log: Pick<Log, 'transact'>,
  { bring, index }: { readonly index: FactIndex; readonly bring: () => Promise<void> },
): Branches {
  const open = async (): Promise<readonly Branch[]> => {
    await bring();
    return index.branches();
  };
  const named = async (name: string): Promise<Branch> => {
    const found = (await open()).find((branch) => branch.name === name);
    if (found === undefined) throw unknownBranch(name);
    return found;
  };
  return {
    list: open,
    create: async (name, { from, known } = {}) => {
      if ((await open()).some((branch) => branch.name === name)) throw exists(name);
      if (from !== undefined) await named(from);
      const base = known ?? index.chains.known();
      const value = {
        ...(base === undefined ? {} : { known: base }),
        ...(from === undefined ? {} : { branch: from }),
      };
      await log.transact([{ e: branchEntity(name), a: BRANCH_BASE, v: value }], { branch: name });
      return named(name);
    },
    diff: async (name) => {
      await named(name);
      return index.branchChanges(name);
    },
    merge: async (name, options = {}) => {
      const { from, head } = await named(name);
      const facts = index
        .branchChanges(name)
        .map(({ contested: _contested, was: _was, ...fact }): FactInput => fact);
      const mark: FactInput = { e: branchEntity(name), a: BRANCH_MERGED, v: head };
      return log.transact([...facts, mark], {
        ...options,
        ...(from === undefined ? {} : { branch: from }),
        why: { ...options.why, branch: name },
      });
    },
    close: async (name) => {
      const { first } = await named(name);
      return log.transact([{ e: branchEntity(name), a: BRANCH_CLOSED, v: first }]);
    },
  };
}

const exists = (branch: string): FactError =>
  new FactError({
    code: 'fact/branch-exists',
    message: `there is a branch ${branch} already`,
    hint: `choose another name, or end that one first: datum branch delete ${branch}`,
    kind: 'usage',
    data: { branch },
  });
