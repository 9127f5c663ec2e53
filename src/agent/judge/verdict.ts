import { explainForModel, type Spec, SpecError } from '../../spec/index.ts';

/** What a judge's words were taken for. */
export type ReadVerdict<T> =
  | { readonly ok: true; readonly verdict: T }
  | {
      readonly ok: false;
      /** What is wrong, in words for the judge. */
      readonly problem: string;
    };

/** Reads a judge's answer: one JSON object by its contract, alone or alone in one code block. */
export function readVerdict<T>(text: string, contract: Spec<unknown, T>): ReadVerdict<T> {
  let value: unknown;
  try {
    value = JSON.parse(unfenced(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, problem: 'the answer is not JSON' };
  }
  try {
    return { ok: true, verdict: contract.parse(value) };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return { ok: false, problem: explainForModel(error) };
  }
}

const unfenced = (text: string): string =>
  /^```(?:json)?[ \t]*\r?\n([\s\S]*?)\r?\n```$/i.exec(text.trim())?.[1] ?? text;
