import { ProofError } from './error.ts';
import type { MerkleHash } from './merkle-tree.ts';
import { type NoteSigner, parseNote, printNote, type SignedNote, signNote } from './signed-note.ts';

/** A writer's statement of its whole history: so many transactions, with this root. */
export interface Checkpoint {
  /** The home's first transaction. */
  readonly home: string;
  readonly writer: string;
  readonly size: number;
  readonly root: MerkleHash;
}

/** The name of the log a checkpoint is about, and of the key that signs it. */
export const originOf = ({ home, writer }: Pick<Checkpoint, 'home' | 'writer'>): string =>
  `datum/${home}/${writer}`;

/** The text of a checkpoint: origin, size, root in base64 (C2SP tlog-checkpoint). */
export const checkpointText = (checkpoint: Checkpoint): string =>
  `${originOf(checkpoint)}\n${checkpoint.size}\n${Buffer.from(checkpoint.root).toString('base64')}\n`;

/** A signed checkpoint as it stands in `.datum/checkpoints/<writer>/<size>`. */
export function signCheckpoint(
  checkpoint: Checkpoint,
  signer: Pick<NoteSigner, 'publicKey' | 'sign'>,
): string {
  const text = checkpointText(checkpoint);
  const { publicKey } = signer;
  const name = originOf(checkpoint);
  const sign = (message: Uint8Array): Uint8Array => signer.sign(message);
  return printNote({ text, signatures: [signNote(text, { name, publicKey, sign })] });
}

/** Reads a signed checkpoint without checking its signature; throws `proof/bad-checkpoint`. */
export function parseCheckpoint(content: string): Checkpoint & { readonly note: SignedNote } {
  const note = parseNote(content);
  const match =
    /^datum\/([0-9a-f]{64})\/([0-9a-f]{32})\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(
      note.text,
    );
  const [, home = '', writer = '', size = '', root = ''] = match ?? [];
  const checkpoint = { home, writer, size: Number(size), root: Buffer.from(root, 'base64') };
  if (match === null || checkpointText(checkpoint) !== note.text) {
    throw new ProofError({
      code: 'proof/bad-checkpoint',
      kind: 'integrity',
      message: 'a checkpoint does not parse',
      hint: 'take the file from another clone, or make a new one with: datum checkpoint',
    });
  }
  return { ...checkpoint, note };
}
