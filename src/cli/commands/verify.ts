import { locateHome, openHome } from '../../home/index.ts';
import {
  type Finding,
  findingData,
  logFilesOf,
  type VerifyReport,
  verifyLog,
} from '../../proof/index.ts';
import { defineCommand, type Invocation } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { table } from '../panel.ts';

/** `datum verify` */
export const command = defineCommand({
  summary: 'Check that nobody changed the past',
  about:
    'Check log, signatures, checkpoints, blobs and files, offline and from the bytes alone. Repairs nothing and names the first bad transaction. Exit code 5 when something is not as it was written.',
  options: [{ flags: '--fast', about: 'chains and the newest signature of each writer only' }],
  examples: ['datum verify', 'datum verify --fast --format json'],
  run: async (invocation) => {
    const { world, terminal, global, options } = invocation;
    const root = locateHome({ disk: world.disk, cwd: world.cwd, home: global.home });
    const report = await verifyLog(logFilesOf(root, world.disk), {
      fast: options['fast'] === true,
      onProgress: (done, total) => terminal.progress(`${done} of ${total} signatures`),
    });
    const files = report.ok ? await checkFiles(root, invocation) : [];
    const findings = [...report.findings, ...files];
    return {
      data: { ...report, ok: findings.length === 0, findings: findings.map(findingData) },
      text: findings.length === 0 ? wholeText(report) : brokenText(findings),
      exit: findings.length === 0 ? exitCode.done : exitCode.integrity,
    };
  },
});

/** The files that do not agree with the log; the log itself must be whole. */
async function checkFiles(root: string, { world }: Invocation): Promise<readonly Finding[]> {
  const home = await openHome(root, { machine: world, readOnly: true });
  try {
    const problems = await home.folder.check();
    return problems.map(({ file, message }) => ({ code: 'proof/file', message, path: file }));
  } finally {
    await home.close();
  }
}

function wholeText(report: VerifyReport): string {
  const { writers, transactions, signatures, checkpoints, blobs, erased } = report;
  const rows: readonly (readonly [string, string])[] = [
    ['transactions', `${transactions}, of ${writers} ${writers === 1 ? 'writer' : 'writers'}`],
    ['signatures', `${signatures} hold`],
    ['checkpoints', `${checkpoints} hold`],
    ['blobs', erased === 0 ? `${blobs} whole` : `${blobs} whole, ${erased} erased by order`],
  ];
  return `${table(rows)}\nnothing was changed`;
}

function brokenText(findings: readonly Finding[]): string {
  const lines = findings.map(({ path, message, writer, seq, tx }) => {
    const place = seq === undefined ? path : `${path}, transaction ${seq} of ${writer ?? ''}`;
    return `${place}${tx === undefined ? '' : ` (${tx.slice(0, 12)})`}: ${message}`;
  });
  return lines.join('\n');
}
