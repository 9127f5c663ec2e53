import {
  CONFIDENCES,
  DESCRIPTION_LENGTH_MAX,
  isDay,
  isNoteFileName,
  NAME_LENGTH_MAX,
  NOTE_TYPES,
} from '../../folder/index.ts';
import { defineSpec, z } from '../../spec/index.ts';

const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\r\n\x85\u2028\u2029]*$/, 'must be one line');

const noteFile = z
  .string()
  .refine(isNoteFileName, 'must be the file name of a note, like user_topic.md');

const capture = z.strictObject({
  type: z.enum(NOTE_TYPES),
  name: line(NAME_LENGTH_MAX),
  description: line(DESCRIPTION_LENGTH_MAX),
  confidence: z.enum(CONFIDENCES),
  sources: z.array(line(1000)).min(1),
  body: z.string().min(1),
  supersedes: noteFile.nullish(),
  merge_into: noteFile.nullish(),
  pinned: z.boolean().nullish(),
  expires_at: z.string().refine(isDay, 'must be a day, YYYY-MM-DD').nullish(),
  tags: z
    .array(line(100))
    .nullish()
    .describe('"promote" when the user says that this belongs into your persona'),
});

/** What an agent wants remembered (atomic-runtime §5). */
export type Capture = z.output<typeof capture>;

export const CAPTURE_TOOL = 'atomic_capture';

/** The contract of a capture, by tool call or fenced block. */
export const captureSpec = defineSpec(`tool/${CAPTURE_TOOL}`, capture);

/** What two captures must share to be one. */
export const captureKey = ({ type, name, body }: Capture): string =>
  JSON.stringify([type, name, body.trim()]);

/** Captures without doubles; the first of each is kept. */
export function distinctCaptures(captures: readonly Capture[]): readonly Capture[] {
  const seen = new Set<string>();
  return captures.filter((each) => {
    const key = captureKey(each);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
