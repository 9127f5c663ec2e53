import { expect, test } from 'vitest';
import vectors from '../../../test/vectors/folder/formats.json' with { type: 'json' };
import { FolderError } from '../error.ts';
import * as folder from '../index.ts';

const parsers: Readonly<Record<string, (text: string, file: string) => unknown>> = {
  persona: folder.parsePersona,
  tools: folder.parseToolsFile,
  model: folder.parseModelFile,
  roster: folder.parseRoster,
  mcp: folder.parseMcpFile,
  note: folder.parseNote,
  index: folder.parseMemoryIndex,
  wiki: folder.parseWikiPage,
  goal: folder.parseGoalFile,
  'journal-day': folder.parseJournalDay,
  'work-journal': folder.parseWorkJournal,
  trail: folder.parseTrail,
  board: folder.parseTaskBoard,
  manifest: folder.parseToolManifest,
  'agent-config': folder.parseAgentConfig,
  capability: folder.parseCapabilityFile,
  'run-log': folder.parseRunLog,
};

/** What a file says, without the text it was read from. */
function withoutSource(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSource);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'source' && key !== 'toml');
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutSource(item)]));
}

function readAs(format: string, text: string): unknown {
  try {
    return { value: withoutSource(parsers[format]?.(text, 'f')) };
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    const problems = error.problems.map(({ line, message }) => [line, message]);
    return { code: error.code, problems };
  }
}

for (const [index, { format, text, ...expected }] of vectors.cases.entries()) {
  test(`vector ${index + 1}, ${format}`, () => {
    expect(readAs(format, text)).toEqual(expected);
  });
}
