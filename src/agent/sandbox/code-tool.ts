import type { Json } from '../../base/index.ts';
import type { Timer } from '../../effect/index.ts';
import { z } from '../../spec/index.ts';
import { defineTool, type Tool } from '../tool/tool.ts';
import { runJavaScript, SANDBOX_LIMITS } from './run-javascript.ts';

const json: z.ZodType<Json, Json> = z.json();
const codeInput = z.strictObject({ source: z.string().min(1), input: json.optional() });

/** JavaScript in a sandbox: computing with a whole language, and nothing else. */
export const codeTool = (timer: Timer): Tool =>
  defineTool({
    name: 'run_code',
    description:
      'Runs JavaScript in a sandbox and answers the value of its last expression, and what ' +
      'console.log printed. The code sees `input` and the language; no files, no network, at most ' +
      `${SANDBOX_LIMITS.timeoutMillis / 1000} seconds and 64 MiB.`,
    kind: 'read',
    input: codeInput,
    run: async ({ source, input = null }, { signal }) => {
      const { value, output } = await runJavaScript({ source, input }, { timer, signal });
      return output === '' ? { value } : { value, output };
    },
  });
