import type { JsonObject, Micros } from '../../base/index.ts';
import { documentEntity } from '../../folder/index.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import { type CitedAnswer, readCitations } from './citations.ts';
import type { ResearchSettings } from './settings.ts';
import { type CheckedCitation, checkSources } from './sources.ts';

/** An answer with its citations looked up. */
export interface CheckedAnswer {
  readonly citations: readonly CheckedCitation[];
  readonly claims: CitedAnswer['claims'];
  /** Citations of what is not there. */
  readonly missing: readonly CheckedCitation[];
  /** Claims that cite nothing that is there. */
  readonly uncited: readonly string[];
}

/** Reads an answer and looks its citations up. */
export async function checkAnswer(
  text: string,
  {
    snapshot,
    format,
    reads,
  }: {
    readonly snapshot: AgentSnapshot;
    readonly format: ResearchSettings['format'];
    readonly reads?: (path: string) => boolean;
  },
): Promise<CheckedAnswer> {
  const { citations, claims } = readCitations(text, format);
  const checked = await checkSources(snapshot, citations, reads);
  const good = new Set(
    checked
      .filter(({ found }) => found !== 'missing')
      .map(({ kind, target }) => `${kind} ${target}`),
  );
  return {
    citations: checked,
    claims,
    missing: checked.filter(({ found }) => found === 'missing'),
    uncited: claims
      .filter((claim) => !claim.citations.some(({ kind, target }) => good.has(`${kind} ${target}`)))
      .map((claim) => claim.text),
  };
}

/**
 * The research log of a run record (atomic-runtime §6): what was cited and is there, what was claimed
 * by which source, what was claimed without. Fields that would be empty are absent, and all of them
 * when model.md does not ask for a research log.
 */
export async function researchExtras(
  text: string,
  {
    snapshot,
    settings,
    accessedAt,
    timeOf,
  }: {
    readonly snapshot: AgentSnapshot;
    readonly settings: ResearchSettings;
    /** ISO 8601. */
    readonly accessedAt: string;
    /** A time as the record has it. */
    readonly timeOf: (at: Micros) => string;
  },
): Promise<JsonObject> {
  if (!settings.logs) return {};
  const { citations, claims, uncited } = await checkAnswer(text, {
    snapshot,
    format: settings.format,
  });
  const sources = citations.filter(({ found }) => found !== 'missing');
  const cited = claims.filter((claim) => !uncited.includes(claim.text));
  return {
    ...(sources.length === 0
      ? {}
      : {
          sources_consulted: await Promise.all(
            distinctSources(sources).map((source) =>
              consulted(source, { snapshot, claims, accessedAt, timeOf }),
            ),
          ),
        }),
    ...(cited.length === 0
      ? {}
      : {
          claims_in_response: cited.map((claim) => ({
            claim: claim.text,
            source: claim.citations[0]?.target ?? '',
            verified_at_runtime: false,
          })),
        }),
    ...(settings.logsUncited && uncited.length > 0 ? { uncited_claims: uncited } : {}),
  };
}

/** One for each file or address, however often it is cited. */
const distinctSources = (sources: readonly CheckedCitation[]): readonly CheckedCitation[] => [
  ...new Map(sources.map((source) => [source.path ?? source.target, source])).values(),
];

/** A source with the time its content is from, and the claims that cite it. */
async function consulted(
  source: CheckedCitation,
  {
    snapshot,
    claims,
    accessedAt,
    timeOf,
  }: {
    readonly snapshot: AgentSnapshot;
    readonly claims: CitedAnswer['claims'];
    readonly accessedAt: string;
    readonly timeOf: (at: Micros) => string;
  },
): Promise<JsonObject> {
  const { path, target, kind } = source;
  const at = path === undefined ? undefined : await modifiedAt(snapshot, path);
  const facts = claims.filter(({ citations }) =>
    citations.some((each) => each.kind === kind && each.target === target),
  );
  return {
    file: path ?? target,
    accessed_at: accessedAt,
    ...(at === undefined ? {} : { file_modified_at: timeOf(at) }),
    ...(facts.length === 0 ? {} : { facts_extracted: facts.map(({ text }) => text) }),
  };
}

/** When the log learned of the content that the run saw. */
async function modifiedAt(
  { database, inHome }: AgentSnapshot,
  path: string,
): Promise<Micros | undefined> {
  const datoms = await database.history(documentEntity(inHome(path)));
  return datoms.findLast(({ a }) => a === 'doc/hash')?.at;
}
