import { type Capture, captureSpec } from './capture.ts';

/** What the fenced blocks of an answer hold. */
export interface FencedCaptures {
  readonly captures: readonly Capture[];
  /** Blocks that hold no valid capture. */
  readonly failures: number;
}

const BLOCK = /^(`{3,4})atomic_capture\s*\n(.*?)\n\1\s*$/gms;

/**
 * Reads the capture blocks of an answer (atomic-runtime §5); a block is strict JSON between fences
 * of three or four backticks.
 */
export function fencedCaptures(text: string): FencedCaptures {
  const checked = [...text.matchAll(BLOCK)].map(([, , content = '']) =>
    captureSpec.check(parseJson(content)),
  );
  return {
    captures: checked.flatMap((each) => (each.ok ? [each.value] : [])),
    failures: checked.filter((each) => !each.ok).length,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
