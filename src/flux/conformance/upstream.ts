import type { Clock } from '../../base/index.ts';
import { runConformance } from './conformance.ts';
import type { Runtime } from './runtime.ts';
import { upstreamFile } from './suites.ts';
import { explainUpstream, type UpstreamReport } from './verdicts.ts';

/** Runs an upstream file as it is and says for every vector that fails why it must (FLUX §7.3, §8.5). */
export async function runUpstream(
  version: 'v2' | 'v3',
  runtime: Runtime,
  clock: Clock,
): Promise<UpstreamReport> {
  const { file, verdicts } = upstreamFile(version);
  const report = await runConformance({ suite: file, runtimes: [runtime], clock });
  return explainUpstream(report, file.malformed, verdicts);
}
