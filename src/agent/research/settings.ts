import { isJsonObject, type JsonObject } from '../../base/index.ts';
import { CITATION_FORMATS, type CitationFormat } from './citations.ts';

/** `research_integrity` of model.md (atomic-runtime §2.3). */
export interface ResearchSettings {
  readonly format: CitationFormat;
  /** The run record gets what was cited and claimed. */
  readonly logs: boolean;
  readonly logsUncited: boolean;
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
  return { format, logs, logsUncited: logs && log['log_uncited_claims'] !== false };
}
