import { type Clock, isJsonObject } from '../base/index.ts';
import { httpRequest, liveHttp, perform, within } from '../effect/index.ts';

/** What a keeper answered: a refusal is no absence (datum §20, D-01 and D-02). */
export type KeeperState = 'connected' | 'standalone' | 'rejected';

const ASKED_MILLIS_MAX = 2_000;
/** A keeper stands on this machine or in its network, or has a public address. */
const PRIVATE = [
  '127.0.0.0/8',
  '::1/128',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
];

/** Asks `GET {url}/api/health` and waits two seconds at most; never throws. */
export async function probeKeeper(url: string, clock: Clock): Promise<KeeperState> {
  if (!URL.canParse(url)) return 'standalone';
  const { origin } = new URL(url);
  const health = new URL('api/health', url.endsWith('/') ? url : `${url}/`).href;
  const http = liveHttp({ clock, allow: [origin], addresses: PRIVATE });
  try {
    const ask = () => perform(httpRequest, { url: health, timeoutMillis: ASKED_MILLIS_MAX });
    const { status, body } = await within([http], ask);
    if (status === 401 || status === 403) return 'rejected';
    return status === 200 && isWell(body) ? 'connected' : 'standalone';
  } catch {
    return 'standalone';
  }
}

function isWell(body: unknown): boolean {
  try {
    const answer: unknown = JSON.parse(String(body));
    return isJsonObject(answer) && answer['status'] === 'ok';
  } catch {
    return false;
  }
}
