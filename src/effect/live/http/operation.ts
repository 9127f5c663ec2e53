import { isJsonObject, type Json } from '../../../base/index.ts';
import { z } from '../../../spec/index.ts';
import { defineOperation } from '../../operation.ts';
import { content, contentForm } from '../content.ts';

const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** RFC 9110 §9.2.2. */
const idempotentMethods: ReadonlySet<Json | undefined> = new Set<Json | undefined>([
  'GET',
  'HEAD',
  'OPTIONS',
  'PUT',
  'DELETE',
]);

/**
 * One HTTP request with all its redirects. Any status is an answer, unless `expectOk` makes
 * everything but 2xx the error `effect/http-status`.
 */
export const httpRequest = defineOperation({
  name: 'http/request',
  kind: 'external',
  idempotent: (args) => isJsonObject(args) && idempotentMethods.has(args['method']),
  input: z.object({
    url: z.url({ protocol: /^https?$/ }),
    method: z.enum(methods).default('GET'),
    headers: z.record(z.string(), z.string()).default({}),
    body: content.optional(),
    /** How the answer's body is wanted; text in the charset it declares, UTF-8 when it does not. */
    as: contentForm.default('text'),
    expectOk: z.boolean().default(false),
    redirectsMax: z.int().min(0).max(20).default(5),
    timeoutMillis: z.int().min(1).optional(),
    bytesMax: z.int().min(0).optional(),
  }),
  output: z.object({
    status: z.int(),
    /** Where the answer came from, after redirects. */
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: content,
  }),
});
