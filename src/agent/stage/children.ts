import type { JsonObject } from '../../base/index.ts';
import { roundUsd } from '../../model/index.ts';
import { researchSettings } from '../research/settings.ts';
import type { LoadedRun } from './load.ts';

/** What the line of a run says of its helpers and delegates (atomic-runtime §6). */
export function childExtras({ children, modelFile }: LoadedRun): JsonObject {
  const { logsHelpers } = researchSettings(modelFile.settings);
  const helpers = logsHelpers ? children.filter(isHelper).map(helperExtras) : [];
  const delegates = children.filter(isDelegate).map(delegateExtras);
  return {
    ...(helpers.length === 0 ? {} : { helper_provenance: helpers }),
    ...(delegates.length === 0 ? {} : { delegations: delegates }),
  };
}

/** What helpers cost; it is in their lines, not in that of the run. */
export const helperUsd = ({ children }: LoadedRun): number =>
  roundUsd(children.filter(isHelper).reduce((usd, line) => usd + Number(line['cost_usd'] ?? 0), 0));

/** What delegates cost; it is in their own logs. */
export const delegatedUsd = ({ children }: LoadedRun): number =>
  roundUsd(children.reduce((usd, line) => usd + Number(line['delegated_usd'] ?? 0), 0));

const isDelegate = ({ trigger }: JsonObject): boolean => trigger === 'delegate';

const delegateExtras = (line: JsonObject): JsonObject => ({
  target: line['delegated_agent'] ?? '',
  summary: line['summary'] ?? '',
  status: line['status'] ?? '',
  ...(line['delegated_usd'] === undefined ? {} : { cost_usd: line['delegated_usd'] }),
  ...(line['latency_ms'] === undefined ? {} : { latency_ms: line['latency_ms'] }),
  ...(line['delegate_run_id'] === undefined
    ? {}
    : { delegated_run_id: line['delegate_run_id'], captures_count: line['captures_count'] ?? 0 }),
  ...(line['error'] === undefined ? {} : { error: line['error'] }),
});

const isHelper = ({ trigger }: JsonObject): boolean => trigger === 'helper';

const helperExtras = (line: JsonObject): JsonObject => ({
  model: line['model'] ?? '',
  summary: line['summary'] ?? '',
  ...(line['cost_usd'] === undefined ? {} : { cost_usd: line['cost_usd'] }),
  ...(line['latency_ms'] === undefined ? {} : { latency_ms: line['latency_ms'] }),
  ...(line['error'] === undefined ? {} : { error: line['error'] }),
  ...(line['sources'] === undefined
    ? {}
    : {
        sources_summarized: line['sources'],
        provenance_preserved: line['provenance_preserved'] === true,
      }),
});
