import { fluxLimits } from '../limits.ts';
import type { Context } from './context.ts';
import { askHost, type Service, type ServiceTable } from './service-table.ts';
import type { MachineState } from './state.ts';
import { stackValue, type Value } from './value.ts';

/** SIGNAL and BROADCAST append to a channel of the program; a host that listens hears them too. */
function send(kind: 'signal' | 'broadcast'): Service {
  return ({ messages, host }, { stack }, [channel = 0]) => {
    const value = stack.pop();
    if (!messages.put(channel, value)) {
      return {
        kind: 'ChannelOverflow',
        message: `Channel overflow: more than ${fluxLimits.messagesMax} messages wait`,
      };
    }
    return askHost(kind.toUpperCase(), () => {
      host.send?.({ kind, channel, payload: value.value });
      return undefined;
    });
  };
}

/** The oldest message of a channel: the program's own, then the host's. */
export function takeMessage({ messages, host }: MachineState, channel: number): Value | undefined {
  const own = messages.take(channel);
  if (own !== undefined) return own;
  const outside = host.receive?.(channel);
  return outside === undefined ? undefined : stackValue(outside);
}

/** AWAIT_CHANNEL: like LISTEN, but lets time pass until a message comes or the timeout is over. */
function awaitChannel(
  state: MachineState,
  context: Context,
  [channel = 0, timeout = 0]: readonly number[],
) {
  const value = takeMessage(state, channel);
  if (value === undefined && timeout > 0) {
    context.wait = { for: 'message', channel, until: state.now + timeout };
    return 'reschedule';
  }
  context.stack.push(value ?? stackValue(0));
  return undefined;
}

/** Messages between contexts and with the host (FLUX §2.3, §8.4). */
export const messageServices: ServiceTable = {
  SIGNAL: send('signal'),
  BROADCAST: send('broadcast'),
  LISTEN: (state, { stack }, [channel = 0]) => {
    stack.push(takeMessage(state, channel) ?? stackValue(0));
    return undefined;
  },
  AWAIT_CHANNEL: awaitChannel,
};
