import type { ModelAnswer, ModelRequest } from '../../model/index.ts';
import type { LoadedRun } from './load.ts';

/** The model that was asked, as prices know it: a cap may have moved the call to the fallback. */
export function askedModel(
  { modelFile }: LoadedRun,
  request: ModelRequest,
  answer: ModelAnswer,
): string {
  const { fallbackModel } = modelFile;
  const isFallback = fallbackModel?.endsWith(answer.model) === true;
  return isFallback && answer.model !== request.model ? fallbackModel : request.model;
}
