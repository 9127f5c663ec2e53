import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { testMachine } from '../machine.ts';

const step = (report: { steps: { name: string; ok: boolean; text: string }[] }, name: string) =>
  report.steps.find((each) => each.name === name);

const clone = async () => {
  const ada = testMachine();
  await ada.ask(['boot', 'a']);
  const bea = ada.other();
  bea.git(['clone', '--quiet', 'a', 'b']);
  return { bea, b: { in: bea.path('b') } };
};

const trusts = async (machine: ReturnType<typeof testMachine>, at: { in: string }) =>
  (await machine.ask(['trust', 'writers'], at)).map(({ trust }: { trust: string }) => trust);

test('on a terminal the first boot of a clone asks whether to trust its writers; anything but yes is no', async () => {
  const { bea, b } = await clone();
  const no = await bea.run(['boot', 'b'], { terminal: true, input: 'perhaps\n' });
  expect(no.err).toContain('[y/N]');
  expect(no.out).toMatch(/!!.*1 unknown/s);
  const yes = await bea.run(['boot', 'b'], { terminal: true, input: 'y\n' });
  expect(yes.out).toContain('every writer is known here');
  expect(await trusts(bea, b)).not.toContain('unknown');
  const again = await bea.run(['boot', 'b'], { terminal: true });
  expect(again.err).not.toContain('[y/N]');
});

test('without a terminal nothing is asked and nobody is trusted', async () => {
  const { bea, b } = await clone();
  const { err } = await bea.run(['boot', 'b'], { input: 'y\n' });
  expect(err).toBe('');
  expect(await trusts(bea, b)).toContain('unknown');
});

/** A keeper that answers every request with a status and a body. */
async function keeper(status: number, body: string): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/keeper`, asked };
}

test.each([
  ['connected', 200, '{"status":"ok"}', true, 'connected to'],
  ['a refusal is no absence', 403, '{"error":"denied"}', false, 'refused this agent'],
  ['something else answers', 200, 'hello', false, 'does not answer: standalone'],
])('a keeper is asked once, at its whole address: %s', async (_, status, body, ok, text) => {
  const machine = testMachine();
  await machine.ask(['boot', 'home']);
  const { url, asked } = await keeper(status, body);
  appendFileSync(machine.path('home/datum.toml'), `\n[keeper]\nurl = "${url}"\n`);
  const found = step(await machine.ask(['boot', 'home']), 'keeper');
  expect(found).toMatchObject({ ok, text: expect.stringContaining(text) });
  expect(asked).toEqual(['/keeper/api/health']);
});

test('no keeper is reached: standalone, and the boot goes on', async () => {
  const machine = testMachine();
  await machine.ask(['boot', 'home']);
  appendFileSync(machine.path('home/datum.toml'), '\n[keeper]\nurl = "http://127.0.0.1:9"\n');
  const found = step(await machine.ask(['boot', 'home']), 'keeper');
  expect(found?.text).toContain('standalone');
});

test('an address that only a stranger has named is not asked', async () => {
  const { bea } = await clone();
  const { url, asked } = await keeper(200, '{"status":"ok"}');
  writeFileSync(bea.path('b/datum.toml'), `[keeper]\nurl = "${url}"\n`);
  expect(step(await bea.ask(['boot', 'b']), 'keeper')?.text).toContain('not asked');
  expect(asked).toEqual([]);
});
