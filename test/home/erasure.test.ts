import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

const SECRET = 'Fuchsienweg 7';

/** Files below a folder that hold a text, git's own objects left out. */
function holding(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    return (
      !name.startsWith('.git/') && statSync(path).isFile() && readFileSync(path).includes(text)
    );
  });
}

test('a private value is erased here, ordered elsewhere, and the log stays whole', () => {
  const ada = testMachine();
  ada.json(['boot', 'a', '--agent', 'harbor']);
  const a = { in: ada.path('a') };
  ada.json(['fact', 'assert', 'attr:person/address', 'attribute/private', 'true'], a);
  ada.json(['fact', 'assert', 'person:lin', 'person/address', JSON.stringify(SECRET)], a);
  const address = (machine: typeof ada, at: typeof a) =>
    machine.json(['show', 'person:lin'], at).values['person/address'];
  expect(address(ada, a)).toBe(SECRET);
  ada.json(['handoff', '--note', 'moved'], a);

  const bea = ada.other();
  const b = { in: ada.path('b') };
  bea.git(['clone', '--quiet', 'a', 'b']);
  bea.json(['boot', 'b', '--trust']);
  expect(address(bea, b)).not.toBe(SECRET);
  const handedOver = ada.json(['keys', 'export'], a).keys;
  expect(bea.json(['keys', 'import'], { ...b, input: handedOver }).imported).toBe(1);
  expect(address(bea, b)).toBe(SECRET);

  expect(ada.json(['erase', 'person:lin'], a).outcome).toBe('ordered');
  expect(address(ada, a)).not.toBe(SECRET);
  expect(holding(ada.path('a'), SECRET)).toEqual([]);
  expect(ada.json(['verify'], a)).toMatchObject({ ok: true, erased: 1 });

  bea.json(['pull'], b);
  expect(address(bea, b)).not.toBe(SECRET);
  expect(holding(ada.path('b'), SECRET)).toEqual([]);
  expect(bea.json(['verify'], b)).toMatchObject({ ok: true, erased: 1 });
});
