import type { ChildProcess } from 'node:child_process';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { endGroup, headEnded, killGroup, startGroup, type Timer } from '../../effect/index.ts';
import { AgentError } from '../error.ts';
import { mcpSdk } from './sdk.ts';
import type { ProcessPlan } from './server.ts';

/** One message of a server; a larger one ends the connection. */
export const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;
const STDERR_LENGTH_MAX = 1000;
const GRACE_MILLIS = 2000;

/**
 * A server as a process that speaks on its standard streams. Unlike the client's own it gets no
 * variable that was not decided, and it and all it started end together, however it is closed.
 */
export async function processTransport(
  plan: ProcessPlan,
  timer: Timer,
): Promise<Transport & { said(): string }> {
  const { ReadBuffer, serializeMessage } = await mcpSdk();
  const buffer = new ReadBuffer({ maxBufferSize: MESSAGE_BYTES_MAX });
  let child: ChildProcess | undefined;
  let stderr = '';

  const transport: Transport & { said(): string } = {
    said: () => stderr.trim(),
    start: async () => {
      const started = startGroup(plan, 'pipe');
      child = started;
      started.stdin?.on('error', (error) => transport.onerror?.(error));
      started.stderr?.on('data', (piece: Buffer) => {
        stderr = (stderr + piece.toString('utf8')).slice(-STDERR_LENGTH_MAX);
      });
      started.stdout?.on('data', (piece: Buffer) => receive(piece));
      started.once('close', () => transport.onclose?.());
      await new Promise<void>((resolve, reject) => {
        started.once('spawn', resolve);
        started.once('error', reject);
      });
    },
    send: (message: JSONRPCMessage) =>
      new Promise((resolve, reject) => {
        if (child?.stdin?.writable !== true) return reject(ended());
        child.stdin.write(serializeMessage(message), (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    close: async () => {
      if (child !== undefined) await stop(child, timer);
    },
  };

  const receive = (piece: Buffer): void => {
    try {
      buffer.append(piece);
      for (let message = next(); message !== null; message = next()) transport.onmessage?.(message);
    } catch (error) {
      transport.onerror?.(error as Error);
      if (child !== undefined) killGroup(child);
    }
  };
  // What is no message is reported and passed over; a server may print a greeting.
  const next = (): JSONRPCMessage | null => {
    for (;;) {
      try {
        return buffer.readMessage();
      } catch (error) {
        transport.onerror?.(error as Error);
      }
    }
  };
  return transport;
}

/** Ends its input, which asks it to end, and then ends it and all it started. */
async function stop(child: ChildProcess, timer: Timer): Promise<void> {
  const over = new AbortController();
  child.stdin?.end();
  const patience = timer.sleep(GRACE_MILLIS, over.signal).catch(() => undefined);
  await Promise.race([headEnded(child), patience]);
  over.abort();
  await endGroup(child);
}

const ended = (): AgentError =>
  new AgentError({
    code: 'agent/mcp-connection-lost',
    message: 'the server has ended',
    hint: 'see what it says when it is started by hand',
  });
