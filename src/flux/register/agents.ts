import { DatumError } from '../../base/index.ts';
import { FluxError } from '../error.ts';
import type { HostMessage } from '../machine.ts';
import { registerOpcodeNamed } from './isa.ts';
import {
  type Operands,
  type RegisterMachine,
  type Service,
  type ServiceTable,
  trapMachine,
} from './machine.ts';

/** What an opcode hands to the host, and which operand holds its agent, value and tag. */
interface Request {
  readonly kind: string;
  /** Agent or signal channel addressed; none for what goes to nobody in particular. */
  readonly channel?: keyof Operands;
  readonly value?: keyof Operands;
  readonly tag?: keyof Operands;
}

/** Reference: FLUX §3.3 (A2A names): rs1 is the agent, rs2 the payload, rd a tag or the answer. */
const requests: Readonly<Record<string, Request>> = {
  TELL: { kind: 'tell', channel: 'rs1', value: 'rs2', tag: 'rd' },
  ASK: { kind: 'ask', channel: 'rs1', value: 'rs2' },
  DELEG: { kind: 'delegate', channel: 'rs1', value: 'rs2' },
  BCAST: { kind: 'broadcast', value: 'rs2', tag: 'rd' },
  ACCEPT: { kind: 'accept', channel: 'rs1', value: 'rs2' },
  DECLINE: { kind: 'decline', channel: 'rs1', value: 'rs2' },
  REPORT: { kind: 'report', channel: 'rd', value: 'rs2' },
  MERGE: { kind: 'merge', channel: 'rs1', value: 'rs2' },
  FORK: { kind: 'fork', value: 'rs2' },
  JOIN: { kind: 'join', channel: 'rs1' },
  SIGNAL: { kind: 'signal', channel: 'rd', value: 'rs2' },
  AWAIT: { kind: 'await', channel: 'rs2' },
  TRUST: { kind: 'trust', channel: 'rs1', value: 'rs2' },
  DISCOV: { kind: 'discover', channel: 'rs1', value: 'rs2' },
  STATUS: { kind: 'status', channel: 'rs1' },
  HEARTBT: { kind: 'heartbeat', channel: 'rs1', value: 'rs2' },
};

function message({ ints, confidence }: RegisterMachine, request: Request, operands: Operands) {
  const { kind, channel, value, tag } = request;
  const payload = {
    ...(value && { value: ints[operands[value]]!, confidence: confidence[operands[value]]! }),
    ...(tag && { tag: ints[operands[tag]]! }),
  };
  const message: HostMessage = { kind, channel: channel ? ints[operands[channel]]! : 0, payload };
  return message;
}

function checkAnswer(answer: number, kind: string): number {
  if ((answer | 0) === answer) return answer;
  throw new FluxError({
    code: 'flux/host-answer',
    message: `the host answered ${answer} to ${kind}, which is no 32-bit whole number`,
    hint: 'answer with an integer from -2147483648 to 2147483647',
    data: { kind },
  });
}

function hostCall(name: string, request: Request): Service {
  const opcode = registerOpcodeNamed(name)!;
  const answered = opcode.operands[0]?.role === 'write';
  return (machine, operands) => {
    const { send } = machine.host;
    if (!send) return trapMachine(machine, 'NoHost', `${name} needs a host`);
    try {
      const answer = checkAnswer(send(message(machine, request, operands)), request.kind);
      if (answered) machine.ints[operands.rd] = answer;
    } catch (error) {
      if (!(error instanceof DatumError) || error.kind !== 'refused') throw error;
      trapMachine(machine, 'HostRefused', `${name} refused: ${error.message}`);
    }
  };
}

/** The agent-to-agent opcodes: each is a message to the host, which may answer or refuse. */
export const agentServices: ServiceTable = Object.fromEntries(
  Object.entries(requests).map(([name, request]) => [name, hostCall(name, request)]),
);
