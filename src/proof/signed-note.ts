import { createPublicKey, hash, verify } from 'node:crypto';
import { ProofError } from './error.ts';

/** A text with signatures below it (C2SP signed-note). */
export interface SignedNote {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  /** Name of the key; no spaces and no plus sign. */
  readonly name: string;
  /** Four bytes of key hash, then the signature. */
  readonly bytes: Uint8Array;
}

/** A key that signs notes. */
export interface NoteSigner {
  readonly name: string;
  /** Raw, in hex. */
  readonly publicKey: string;
  /** The Ed25519 signature over a message. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** A key that notes are checked with: its name and its raw public key in hex. */
export interface NoteVerifier {
  readonly name: string;
  readonly publicKey: string;
}

/** Ed25519 over the text of the note. */
const ALGORITHM = Uint8Array.of(1);

/** Prints a note: the text, an empty line, one line a signature. */
export const printNote = ({ text, signatures }: SignedNote): string =>
  `${text}\n${signatures.map(({ name, bytes }) => `— ${name} ${base64(bytes)}\n`).join('')}`;

/** Reads a note in exactly the form {@link printNote} prints; throws `proof/bad-note`. */
export function parseNote(note: string): SignedNote {
  const split = note.lastIndexOf('\n\n');
  const lines = note.slice(split + 2).split('\n');
  if (split < 0 || lines.pop() !== '') throw badNote('it has no empty line before its signatures');
  const signatures = lines.map((line) => {
    const match = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
    const bytes = Buffer.from(match?.[2] ?? '', 'base64');
    if (match === null || bytes.length < 5 || base64(bytes) !== match[2]) {
      throw badNote('a signature line does not parse');
    }
    return { name: match[1] ?? '', bytes };
  });
  if (signatures.length === 0) throw badNote('it has no signature');
  return { text: note.slice(0, split + 1), signatures };
}

/** The signature of a text that ends with a newline. */
export function signNote(text: string, { name, publicKey, sign }: NoteSigner): NoteSignature {
  const head = keyHash(name, Buffer.from(publicKey, 'hex'));
  return { name, bytes: Buffer.concat([head, sign(Buffer.from(text))]) };
}

/** True when the note carries a valid signature of this key. */
export function isSignedBy(
  { text, signatures }: SignedNote,
  { name, publicKey }: NoteVerifier,
): boolean {
  const raw = Buffer.from(publicKey, 'hex');
  const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
  const expected = keyHash(name, raw);
  return signatures.some(
    (signature) =>
      signature.name === name &&
      Buffer.compare(signature.bytes.subarray(0, 4), expected) === 0 &&
      verify(null, Buffer.from(text), key, signature.bytes.subarray(4)),
  );
}

const keyHash = (name: string, publicKey: Uint8Array): Buffer =>
  hash(
    'sha256',
    Buffer.concat([Buffer.from(`${name}\n`), ALGORITHM, publicKey]),
    'buffer',
  ).subarray(0, 4);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** The fixed DER before the raw key bytes (RFC 8410 §4). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

const badNote = (what: string): ProofError =>
  new ProofError({
    code: 'proof/bad-note',
    kind: 'integrity',
    message: `a signed note does not parse: ${what}`,
    hint: 'take the file from another clone; a checkpoint can be made anew with: datum checkpoint',
  });
