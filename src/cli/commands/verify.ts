import type { JsonObject } from '../../base/index.ts';
import { FactError, seenHeads } from '../../fact/index.ts';
import { openHome } from '../../home/index.ts';
import {
  type Finding,
  findingData,
  logFilesOf,
  type SeenHead,
  type VerifyReport,
  verifyLog,
} from '../../proof/index.ts';
import { defineCommand, type Invocation } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { table } from '../panel.ts';
import { placeOf } from '../session.ts';

/** `datum verify` */
export const command = defineCommand({
  summary: 'Check that nobody changed the past',
  about:
    'Check log, signatures, checkpoints, blobs and files, offline and from the bytes alone, and that all this machine has seen of the log is still there. Repairs nothing and names the first bad transaction. Exit code 5 when something is not as it was written.',
  options: [{ flags: '--fast', about: 'chains and the newest signature of each writer only' }],
  examples: ['datum verify', 'datum verify --fast --format json'],
  run: async (invocation) => {
    const { world, terminal, options } = invocation;
    const root = placeOf(invocation);
    const remembered = recall(root, invocation);
    const report = await verifyLog(logFilesOf(root, world.disk), {
      fast: options['fast'] === true,
      seen: remembered.seen,
      onProgress: (done, total) => terminal.progress(`${done} of ${total} signatures`),
    });
    const findings = [...report.findings, ...remembered.findings];
    const ok = findings.length === 0;
    const files = ok
      ? await terminal.during('checking the files', () => checkFiles(root, invocation))
      : [];
    const data = { ...report, ok, findings: findings.map(findingData), files };
    if (!ok) return { data, text: brokenText(findings), exit: exitCode.integrity };
    return { data, text: [wholeText(report), ...files.map(showProblem)].join('\n') };
  },
});

interface Remembered {
  readonly seen: readonly SeenHead[];
  /** The record itself may be what is damaged. */
  readonly findings: readonly Finding[];
}

/** What this machine has seen of the log. */
function recall(home: string, { world }: Invocation): Remembered {
  try {
    return { seen: seenHeads({ ...world, home }), findings: [] };
  } catch (error) {
    if (!(error instanceof FactError) || error.code !== 'fact/state-damaged') throw error;
    const { message, data } = error;
    const path = String(data['path']);
    return { seen: [], findings: [{ code: 'proof/seen-heads', message, path }] };
  }
}

/** Files that do not read as what they are or differ from the log: remarks, for the past stands. */
async function checkFiles(root: string, { world }: Invocation): Promise<readonly JsonObject[]> {
  const home = await openHome(root, { machine: world, readOnly: true });
  try {
    const unreadable = await home.folder.check();
    const differing = await home.folder.differences();
    return [
      ...unreadable.map(({ file, line, message }) => ({ path: `${file}:${line}`, message })),
      ...differing.map(({ path, kind }) => ({
        path,
        message: `${kind} by hand, not taken in yet`,
      })),
    ];
  } finally {
    await home.close();
  }
}

const showProblem = ({ path, message }: JsonObject): string =>
  `note: ${String(path)}: ${String(message)}`;

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
