import { z } from '../../../spec/index.ts';
import { defineOperation } from '../../operation.ts';
import { content, contentForm } from '../content.ts';

/** One run of a program, its arguments as a list: there is no shell in which they could mean more. */
export const processRun = defineOperation({
  name: 'process/run',
  kind: 'highRisk',
  input: z.object({
    /** A command as the handler allows it: a bare name, or an absolute path. */
    command: z.string().min(1),
    args: z.array(z.string().refine((text) => !text.includes('\0'))).default([]),
    /** Inside the handler's roots; the first root when absent. */
    cwd: z.string().min(1).optional(),
    /** Values for allowed names. */
    env: z.record(z.string(), z.string()).default({}),
    stdin: content.optional(),
    as: contentForm.default('text'),
    timeoutMillis: z.int().min(1).optional(),
  }),
  output: z.object({
    /** Null when a signal ended it. */
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
    stdout: content,
    stderr: content,
    /** True when an output was longer than what is kept. */
    cut: z.boolean(),
    timedOut: z.boolean(),
  }),
});
