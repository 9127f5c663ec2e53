import { sha256 } from '../base/index.ts';
import type { Transaction } from '../fact/index.ts';
import { originOf, parseCheckpoint } from './checkpoint.ts';
import { ProofError } from './error.ts';
import type { Finding } from './finding.ts';
import type { LogFiles } from './log-files.ts';
import { GrowingTree, leafHash, type MerkleHash } from './merkle-tree.ts';
import { type CheckOptions, checkSignatures } from './signatures.ts';
import { isSignedBy } from './signed-note.ts';
import { readChain, type WriterChain } from './writer-chain.ts';

/** A head that a machine remembers of a writer. */
export interface SeenHead {
  readonly writer: string;
  readonly seq: number;
  readonly id: string;
}

export interface VerifyOptions extends CheckOptions {
  /** Chains and the newest signature of each writer, which vouches for all before it. */
  readonly fast?: boolean;
  /** What must still be there. */
  readonly seen?: readonly SeenHead[];
}

export interface VerifyReport {
  readonly ok: boolean;
  /** The id of the home's first transaction, where every byte was read. */
  readonly home?: string;
  readonly writers: number;
  readonly transactions: number;
  readonly signatures: number;
  readonly checkpoints: number;
  readonly blobs: number;
  /** Blobs that are gone by an erasure order. */
  readonly erased: number;
  /** What is damaged before what follows from it; the first one is the place to look. */
  readonly findings: readonly Finding[];
}

/**
 * Checks a log from its bytes alone, and repairs nothing: frame, canonical form, id, link and
 * signature of every transaction, parents, checkpoints against the Merkle tree of their writer, and
 * every blob that git keeps.
 */
export async function verifyLog(
  files: LogFiles,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const depth = options.fast === true ? 'chain' : 'full';
  const chains = files.writers().map((writer) => readChain(files, writer, { depth }));
  const blobs = options.fast === true ? NO_BLOBS : checkBlobs(files, chains);
  const notes = chains.map((chain) => checkCheckpoints(files, chain));
  const signatures = await signatureFindings(chains, options);
  const findings = [
    ...chains.flatMap(({ findings: found }) => found),
    ...signatures.findings,
    ...(options.fast === true ? [] : checkParents(chains)),
    ...notes.flatMap(({ findings: found }) => found),
    ...blobs.findings,
    ...files.strays('log').map(strayFinding),
    ...(options.fast === true ? [] : files.strays('blobs').map(strayFinding)),
    ...checkSeen(chains, options.seen ?? []),
  ];
  const home = firstTransaction(chains);
  return {
    ok: findings.length === 0,
    ...(home === undefined ? {} : { home }),
    writers: chains.length,
    transactions: chains.reduce((sum, { ids }) => sum + ids.length, 0),
    signatures: signatures.checked,
    checkpoints: notes.reduce((sum, { checked }) => sum + checked, 0),
    blobs: blobs.checked,
    erased: blobs.erased,
    findings: findings.toSorted((a, b) => rank(a) - rank(b) || (a.seq ?? 0) - (b.seq ?? 0)),
  };
}

/** What nobody's log has there may hide something, and is a fault for whoever reads it. */
const strayFinding = (path: string): Finding => ({
  code: 'proof/stray',
  message: 'it is no file of the log',
  path,
});

/** Faults of a chain come before what follows from them. */
const rank = ({ code }: Finding): number =>
  ['proof/transaction-damaged', 'proof/signature', 'proof/segment-missing'].includes(code) ? 0 : 1;

const firstTransaction = (chains: readonly WriterChain[]): string | undefined =>
  chains
    .flatMap(({ transactions }) => transactions.slice(0, 1))
    .find(({ parents, prev }) => parents.length === 0 && prev === undefined)?.id;

async function signatureFindings(chains: readonly WriterChain[], options: VerifyOptions) {
  const sets = chains.flatMap(({ ids, publicKey, signed, writer }) =>
    publicKey === undefined
      ? []
      : [{ writer, publicKey, signed, before: ids.length - signed.length }],
  );
  const bad = await checkSignatures(sets, options);
  const findings = bad.flatMap(({ set, index }): readonly Finding[] => {
    const { before = 0, writer = '', signed = [] } = sets[set] ?? {};
    const transaction = signed[index];
    if (transaction === undefined) return [];
    const seq = before + index + 1;
    const { id: tx, path } = transaction;
    return [
      { code: 'proof/signature', message: 'the signature does not hold', path, writer, seq, tx },
    ];
  });
  return { findings, checked: sets.reduce((sum, { signed }) => sum + signed.length, 0) };
}

function checkParents(chains: readonly WriterChain[]): readonly Finding[] {
  const known = new Map<string, Transaction>();
  for (const { transactions } of chains) for (const each of transactions) known.set(each.id, each);
  return chains.flatMap((chain) =>
    chain.transactions.flatMap(({ id, parents, at, prev, seq }, index) => {
      const path = chain.signed[index]?.path ?? '';
      const place = { path, writer: chain.writer, seq, tx: id };
      const before = prev === undefined ? parents : [...parents, prev];
      const absent = before.find((parent) => !known.has(parent));
      if (absent !== undefined) {
        return [
          {
            code: 'proof/parent-missing',
            message: `it has seen ${absent}, which is missing`,
            ...place,
          },
        ];
      }
      const isOrdered = before.every((parent) => (known.get(parent)?.at ?? 0) < at);
      return isOrdered
        ? []
        : [{ code: 'proof/order', message: 'it is dated before what it has seen', ...place }];
    }),
  );
}

interface Checked {
  readonly checked: number;
  readonly findings: readonly Finding[];
}

function checkCheckpoints(files: LogFiles, { writer, publicKey, ids }: WriterChain): Checked {
  const names = files.checkpoints(writer);
  const findings: Finding[] = [];
  const wanted = new Map<number, { readonly root: MerkleHash; readonly path: string }>();
  for (const name of names) {
    const path = `.datum/checkpoints/${writer}/${name}`;
    const fault = (message: string): void => {
      findings.push({ code: 'proof/checkpoint', message, path, writer });
    };
    const content = files.checkpoint(writer, name);
    const text = content.toString('utf8');
    try {
      if (!Buffer.from(text).equals(content)) throw notText();
      const { note, ...checkpoint } = parseCheckpoint(text);
      const key = { name: originOf(checkpoint), publicKey: publicKey ?? '' };
      if (checkpoint.writer !== writer || name !== String(checkpoint.size))
        fault('it is about another log');
      else if (publicKey === undefined || !isSignedBy(note, key))
        fault('its signature does not hold');
      else if (checkpoint.size > ids.length)
        fault(`it covers ${checkpoint.size} transactions, ${ids.length} are here`);
      else wanted.set(checkpoint.size, { root: checkpoint.root, path });
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
      fault(error.message);
    }
  }
  const tree = new GrowingTree();
  for (const id of wanted.size === 0 ? [] : ids) {
    tree.append(leafHash(Buffer.from(id, 'hex')));
    const checkpoint = wanted.get(tree.size);
    if (checkpoint === undefined || Buffer.compare(checkpoint.root, tree.root()) === 0) continue;
    const { path } = checkpoint;
    findings.push({
      code: 'proof/checkpoint',
      message: 'the history it covers was rewritten',
      path,
      writer,
    });
  }
  return { checked: names.length, findings };
}

const notText = (): ProofError =>
  new ProofError({
    code: 'proof/bad-checkpoint',
    kind: 'integrity',
    message: 'a checkpoint is not text',
    hint: 'take the file from another clone, or make a new one with: datum checkpoint',
  });

const NO_BLOBS = { checked: 0, erased: 0, findings: [] };

function checkBlobs(
  files: LogFiles,
  chains: readonly WriterChain[],
): Checked & { readonly erased: number } {
  const transactions = chains.flatMap((chain) => chain.transactions);
  const erased = new Set(
    transactions.flatMap(({ facts }) =>
      facts.filter(({ a }) => a === 'erasure/blob').map(({ v }) => String(v)),
    ),
  );
  const findings: Finding[] = [];
  const present = new Set(files.blobs());
  for (const hash of present) {
    const content = files.blob(hash);
    if (content !== undefined && sha256(content) === hash) continue;
    findings.push({
      code: 'proof/blob',
      message: 'the content is not what its name says',
      path: pathOf(hash),
    });
  }
  let gone = 0;
  const missing = new Set<string>();
  for (const { blobs, id: tx, writer, seq } of transactions) {
    for (const { hash, keep } of blobs) {
      if (keep === 'local' || present.has(hash) || missing.has(hash)) continue;
      missing.add(hash);
      if (erased.has(hash)) gone += 1;
      else
        findings.push({
          code: 'proof/blob-missing',
          message: 'the content is missing',
          path: pathOf(hash),
          writer,
          seq,
          tx,
        });
    }
  }
  return { checked: present.size, erased: gone, findings };
}

const pathOf = (hash: string): string => `.datum/blobs/${hash.slice(0, 2)}/${hash}`;

function checkSeen(chains: readonly WriterChain[], seen: readonly SeenHead[]): readonly Finding[] {
  return seen.flatMap(({ writer, seq, id }) => {
    const chain = chains.find((each) => each.writer === writer);
    if (chain?.ids[seq - 1] === id) return [];
    const message = `this machine has seen ${seq} transactions up to ${id.slice(0, 12)}, which are not here`;
    return [{ code: 'proof/rollback', message, path: `.datum/log/${writer}`, writer, seq, tx: id }];
  });
}
