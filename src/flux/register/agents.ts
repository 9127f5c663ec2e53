import { DatumError } from '../../base/index.ts';
import { FluxError } from '../error.ts';
import type { HostMessage } from '../machine.ts';
import { registerOpcode } from './isa.ts';
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
const requests: Readonly<Record<number, Request>> = {
  80: { kind: 'tell', channel: 'rs1', value: 'rs2', tag: 'rd' },
  81: { kind: 'ask', channel: 'rs1', value: 'rs2' },
  82: { kind: 'delegate', channel: 'rs1', value: 'rs2' },
  83: { kind: 'broadcast', value: 'rs2', tag: 'rd' },
  84: { kind: 'accept', channel: 'rs1', value: 'rs2' },
  85: { kind: 'decline', channel: 'rs1', value: 'rs2' },
  86: { kind: 'report', channel: 'rd', value: 'rs2' },
  87: { kind: 'merge', channel: 'rs1', value: 'rs2' },
  88: { kind: 'fork', value: 'rs2' },
  89: { kind: 'join', channel: 'rs1' },
  90: { kind: 'signal', channel: 'rd', value: 'rs2' },
  91: { kind: 'await', channel: 'rs2' },
  92: { kind: 'trust', channel: 'rs1', value: 'rs2' },
  93: { kind: 'discover', channel: 'rs1', value: 'rs2' },
  94: { kind: 'status', channel: 'rs1' },
  95: { kind: 'heartbeat', channel: 'rs1', value: 'rs2' },
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

function hostCall(byte: number, request: Request): Service {
  const opcode = registerOpcode(byte)!;
  const answered = opcode.operands[0]?.role === 'write';
  return (machine, operands) => {
    const { send } = machine.host;
    if (!send) return trapMachine(machine, 'NoHost', `${opcode.name} needs a host`);
    try {
      const answer = checkAnswer(send(message(machine, request, operands)), request.kind);
      if (answered) machine.ints[operands.rd] = answer;
    } catch (error) {
      if (!(error instanceof DatumError) || error.kind !== 'refused') throw error;
      trapMachine(machine, 'HostRefused', `${opcode.name} refused: ${error.message}`);
    }
  };
}

/** The agent-to-agent opcodes: each is a message to the host, which may answer or refuse. */
export const agentServices: ServiceTable = Object.fromEntries(
  Object.entries(requests).map(([byte, request]) => [byte, hostCall(Number(byte), request)]),
);
