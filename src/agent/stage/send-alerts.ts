import { type Clock, hashOf, type Sha256 } from '../../base/index.ts';
import { apart, type Handler, httpRequest, liveHttp, perform, within } from '../../effect/index.ts';
import { type Warning, warningText } from '../../guard/index.ts';
import type { LoadedRun } from './load.ts';

/** What a machine trusts an address by that alerts are sent to: `alerts to https://…`. */
export const alertsItem = (url: string): { readonly name: string; readonly hash: Sha256 } => ({
  name: `alerts to ${url}`,
  hash: hashOf({ alerts: url }),
});

export const isAddress = (channel: string): boolean => /^https?:\/\//.test(channel);

/**
 * Sends warnings to the address that model.md names as its channel, as one JSON object a warning;
 * answers why one could not be sent. A folder alone sends nothing: the machine must trust the address.
 */
export async function sendAlerts(
  run: LoadedRun,
  warnings: readonly Warning[],
): Promise<string | undefined> {
  const { alertChannel: url } = run.modelFile.guardrails;
  if (!isAddress(url)) return undefined;
  const { programs, clock } = run.world;
  const { name, hash } = alertsItem(url);
  if (programs?.trust(name, hash) !== 'trusted') return `${name} is not trusted on this machine`;
  try {
    const http = httpTo(new URL(url), clock);
    const send = (warning: Warning): Promise<unknown> =>
      perform(httpRequest, {
        url,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(messageOf(run, warning)),
        expectOk: true,
        // Most redirects of a POST are followed without what was to be said.
        redirectsMax: 0,
      });
    // No step of the run: an alert is about money, and a resumed run does not send it again.
    await apart(() => within([http], () => Promise.all(warnings.map(send))));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Reaches one host alone; this machine is one when its address says so. */
function httpTo({ origin, hostname }: URL, clock: Clock): Handler {
  const isHere = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  return liveHttp({
    clock,
    allow: [origin],
    ...(isHere ? { addresses: ['127.0.0.1', '::1'] } : {}),
  });
}

const messageOf = ({ identity }: LoadedRun, warning: Warning) => ({
  agent: identity.request.agent,
  run: identity.id,
  account: warning.account,
  text: warningText(warning),
  threshold: warning.threshold,
  spent_usd: warning.spent / 1e6,
  cap_usd: warning.capUsd,
});
