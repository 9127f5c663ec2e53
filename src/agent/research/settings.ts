import { isJsonObject, type JsonObject } from '../../base/index.ts';
import { CITATION_FORMATS, type CitationFormat } from './citations.ts';

/** `research_integrity` of model.md (atomic-runtime §2.3). */
export interface ResearchSettings {
  readonly format: CitationFormat;
  /** The run record gets what was cited and claimed. */
  readonly logs: boolean;
  readonly logsUncited: boolean;
  /** The line of a run names its helpers and whether they cite; unless told not to. */
  readonly logsHelpers: boolean;
  /** A golden case without `expected_facts` is named: the judge goes by the answer alone. */
  readonly needsFacts: boolean;
}

export function researchSettings(settings: JsonObject): ResearchSettings {
  const block = settings['research_integrity'];
  const layer = (name: string): JsonObject => {
    const value = isJsonObject(block) ? block[name] : undefined;
    return isJsonObject(value) ? value : {};
  };
  const citations = layer('layer_1_citations');
  const log = layer('layer_3_research_log');
  const format = CITATION_FORMATS.find((each) => each === citations['format']) ?? 'inline';
  const logs = log['enabled'] === true;
  const evals = layer('layer_2_source_grounded_eval');
  return {
    format,
    logs,
    logsUncited: logs && log['log_uncited_claims'] !== false,
    logsHelpers: log['log_helper_provenance'] !== false,
    needsFacts: evals['enabled'] === true && evals['expected_facts_required'] === true,
  };
}
