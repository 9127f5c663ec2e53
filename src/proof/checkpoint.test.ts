import { expect, test } from 'vitest';
import { seededRandom } from '../base/index.ts';
import { generateKeyPair } from '../fact/index.ts';
import {
  isSignedBy,
  leafHash,
  merkleRoot,
  originOf,
  parseCheckpoint,
  signCheckpoint,
} from './index.ts';

const key = generateKeyPair(seededRandom('checkpoint'));
const signer = { publicKey: key.publicKey, sign: key.signMessage };
const checkpoint = {
  home: 'a'.repeat(64),
  writer: key.writer,
  size: 2,
  root: merkleRoot([leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))]),
};
const signed = signCheckpoint(checkpoint, signer);
const verifier = { name: originOf(checkpoint), publicKey: key.publicKey };

test('a signed checkpoint is a signed note of three lines', () => {
  const lines = signed.split('\n');
  expect(lines.slice(0, 2)).toEqual([`datum/${'a'.repeat(64)}/${key.writer}`, '2']);
  expect(lines[3]).toBe('');
  expect(lines[4]).toMatch(/^— datum\//);
  const read = parseCheckpoint(signed);
  expect(read.size).toBe(2);
  expect(isSignedBy(read.note, verifier)).toBe(true);
});

test('every flipped bit of a checkpoint is found', () => {
  const bytes = Buffer.from(signed);
  for (let at = 0; at < bytes.length; at += 1) {
    for (const bit of [0x01, 0x20, 0x80]) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ bit;
      expect(isGenuine(flipped), `byte ${at} bit ${bit}`).toBe(false);
    }
  }
});

function isGenuine(content: Buffer): boolean {
  const text = content.toString('utf8');
  if (!Buffer.from(text).equals(content)) return false;
  try {
    return isSignedBy(parseCheckpoint(text).note, verifier);
  } catch {
    return false;
  }
}

test('another key, another name and another text are not believed', () => {
  const { note } = parseCheckpoint(signed);
  const other = generateKeyPair(seededRandom('other'));
  expect(isSignedBy(note, { ...verifier, publicKey: other.publicKey })).toBe(false);
  expect(isSignedBy(note, { ...verifier, name: 'datum/other' })).toBe(false);
  expect(isSignedBy({ ...note, text: note.text.replace('\n2\n', '\n3\n') }, verifier)).toBe(false);
});
