import type { ModelWork } from '../judge/model-work.ts';
import { type Asking, ask, LIMITS } from './ask.ts';
import type { Material, PastDay } from './material.ts';
import { promotionContract, promotionPrompt } from './questions.ts';
import { type Findings, promotionChange, type StagedChange } from './staged.ts';

/** Themes that stand on three days of the journal that are there. */
export async function findPromotions(
  work: ModelWork,
  { journal, log, today }: Material,
  { asking, taken }: { readonly asking: Asking; readonly taken: ReadonlySet<string> },
): Promise<Findings> {
  const days = journal.slice(-LIMITS.journalDays);
  if (days.length < LIMITS.promotionDays) return { changes: [], remarks: [] };
  const { promotions } = await ask(work, {
    prompt: promotionPrompt(days, log, asking.instructions),
    contract: promotionContract,
    model: asking.model,
    maxOutputTokens: LIMITS.outputTokens,
  });
  const changes: StagedChange[] = [];
  const remarks: string[] = [];
  for (const { journal_days, ...promotion } of promotions) {
    const real = realDays(journal_days, days);
    const change = promotionChange({ ...promotion, days: real.length > 0 ? real : [today] }, today);
    const [file = ''] = change.files;
    if (real.length < LIMITS.promotionDays) {
      remarks.push(
        `Not promoted: "${promotion.name}" stands on ${real.length} days of the journal`,
      );
    } else if (taken.has(file)) remarks.push(`Not promoted: ${file} is there already`);
    else changes.push(change);
  }
  return { changes, remarks };
}

const realDays = (named: readonly string[], days: readonly PastDay[]): readonly string[] =>
  [...new Set(named)].filter((day) => days.some((each) => each.day === day));
