import type { ErrorKind, JsonObject, Micros } from '../base/index.ts';
import { type Failure, failureData, retryAfter } from '../effect/index.ts';
import { ModelError } from './error.ts';

/** What is known about a call that failed. */
export interface FailedCall {
  readonly provider: string;
  readonly model: string;
  /** For a `Retry-After` that is a date. */
  readonly now: Micros;
  /** Takes keys out of what the provider said. */
  readonly hide: (text: string) => string;
  /** Tokens that may have been paid for, when the answer had begun. */
  readonly spent?: JsonObject;
}

type What =
  | 'bad-request'
  | 'unauthorized'
  | 'rate-limited'
  | 'overloaded'
  | 'timeout'
  | 'unreachable'
  | 'aborted'
  | 'bad-answer';

interface Meaning {
  readonly kind: ErrorKind;
  readonly transient: boolean;
  readonly said: string;
  readonly hint: string;
}

const meanings: Readonly<Record<What, Meaning>> = {
  'bad-request': {
    kind: 'failed',
    transient: false,
    said: 'refuses the request',
    hint: 'the provider says what is wrong with it; check the model id and its limits',
  },
  unauthorized: {
    kind: 'usage',
    transient: false,
    said: 'does not accept the key',
    hint: 'check the key and what its account may use; datum models says where the key came from',
  },
  'rate-limited': {
    kind: 'busy',
    transient: true,
    said: 'asks to slow down',
    hint: 'wait, send fewer requests at once, or ask the provider for a higher limit',
  },
  overloaded: {
    kind: 'busy',
    transient: true,
    said: 'is overloaded or failing',
    hint: 'try again later, or name a fallback model in model.md',
  },
  timeout: {
    kind: 'failed',
    transient: true,
    said: 'did not answer in time',
    hint: 'try again, or allow more time',
  },
  unreachable: {
    kind: 'failed',
    transient: true,
    said: 'cannot be reached',
    hint: 'check the network and the address of the provider',
  },
  aborted: {
    kind: 'failed',
    transient: false,
    said: 'was stopped before it answered',
    hint: 'run it again when it should go on',
  },
  'bad-answer': {
    kind: 'failed',
    transient: false,
    said: 'answered something that cannot be understood',
    hint: 'check that the address is that of a provider that speaks this format',
  },
};

/**
 * Whatever a provider throws, as a `ModelError`. The provider's own error is not kept as `cause`:
 * it carries the request and the raw answer, and either may hold a key.
 */
export function modelFailure(error: unknown, call: FailedCall): ModelError {
  if (error instanceof ModelError) return error;
  const status = field(error, 'statusCode');
  // A good status is no part of what went wrong afterwards, and a 500 is made up by the provider's
  // package when the first event of a good answer cannot be read.
  const isUnreadable = textField(error, 'message').startsWith('JSON parsing failed');
  if (typeof status !== 'number' || status < 400 || isUnreadable) {
    return modelError(withoutStatus(error), { error, call });
  }
  return modelError(ofStatus(status, error), { error, call, status });
}

/** The error of a call that was cut off by time. */
export const timedOut = (how: string, call: FailedCall): ModelError =>
  modelError('timeout', { error: how, call });

/** The error of a call that its caller stopped before anything came. */
export const stopped = (call: FailedCall): ModelError =>
  modelError('aborted', { error: undefined, call });

interface Found {
  readonly error: unknown;
  readonly call: FailedCall;
  readonly status?: number;
}

function modelError(what: What, { error, call, status }: Found): ModelError {
  const { kind, transient, said, hint } = meanings[what];
  const { provider, model, spent } = call;
  const reason = call.hide(reasonOf(error));
  const failure: Failure = {
    transient: transient && networkCode(error) !== 'ENOTFOUND',
    mayHaveHappened: status === undefined && !unsent.has(networkCode(error)),
    ...waitOf(error, call.now),
  };
  return new ModelError({
    code: `model/${what}`,
    kind,
    message: `${provider} ${said}${status === undefined ? '' : ` (${status})`}${reason === '' ? '' : `: ${reason}`}`,
    hint,
    data: {
      provider,
      model,
      ...(status === undefined ? {} : { status }),
      ...(spent === undefined ? {} : { spent }),
      ...failureData(failure),
    },
  });
}

function ofStatus(status: number, error: unknown): What {
  // OpenAI says 429 also when the account is empty, which waiting does not mend.
  if (status === 429)
    return textField(error, 'responseBody').includes('insufficient_quota')
      ? 'unauthorized'
      : 'rate-limited';
  if (status === 401 || status === 402 || status === 403) return 'unauthorized';
  if (status === 408) return 'timeout';
  return status >= 500 ? 'overloaded' : 'bad-request';
}

/** Types of an error event inside a stream (Anthropic Messages, OpenAI chat). */
const eventTypes: Readonly<Record<string, What>> = {
  overloaded_error: 'overloaded',
  api_error: 'overloaded',
  server_error: 'overloaded',
  rate_limit_error: 'rate-limited',
  rate_limit_exceeded: 'rate-limited',
  insufficient_quota: 'unauthorized',
  authentication_error: 'unauthorized',
  permission_error: 'unauthorized',
  billing_error: 'unauthorized',
  invalid_request_error: 'bad-request',
  not_found_error: 'bad-request',
  request_too_large: 'bad-request',
  timeout_error: 'timeout',
};

function withoutStatus(error: unknown): What {
  const event = eventTypes[textField(error, 'type')] ?? eventTypes[textField(error, 'code')];
  if (event !== undefined) return event;
  const name = textField(error, 'name');
  if (name === 'TimeoutError') return 'timeout';
  if (name === 'AbortError') return 'aborted';
  const isCut =
    networkCode(error) !== '' ||
    textField(error, 'message') === 'terminated' ||
    (name === 'AI_APICallError' && field(error, 'statusCode') === undefined);
  return isCut ? 'unreachable' : 'bad-answer';
}

/** Failures before a byte of the request left. */
const unsent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The code of the network failure somewhere below an error. */
function networkCode(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const code = textField(current, 'code');
    if (/^E[A-Z]|^UND_ERR_/.test(code)) return code;
    current = current.cause;
  }
  return '';
}

/** One line of what the provider says, cut to a length people read. */
function reasonOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const text = textField(error, 'message').replace(/\s+/g, ' ').trim();
  const code = networkCode(error);
  const shown = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return code === '' || shown.includes(code) ? shown : `${shown} (${code})`;
}

function waitOf(error: unknown, now: Micros): Pick<Failure, 'retryAfterMillis'> {
  const headers = field(error, 'responseHeaders');
  const exact = Number(textField(headers, 'retry-after-ms') || Number.NaN);
  const asked = Number.isFinite(exact)
    ? exact
    : retryAfter(textField(headers, 'retry-after') || undefined, now);
  return asked === undefined ? {} : { retryAfterMillis: asked };
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

function textField(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}
