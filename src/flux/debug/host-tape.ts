import type { Host, HostMessage } from '../machine.ts';

/**
 * A host whose answers are kept, so that going back in a program and forward again asks the world
 * nothing twice and prints nothing twice.
 */
export class HostTape {
  readonly #host: Host;
  readonly #answers: (() => number)[] = [];
  readonly #times: number[] = [];
  #asked = 0;
  #timed = 0;
  #printed = 0;
  #printedBefore = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The host a machine gets, which begins with the first answer again. */
  rewind(): Host {
    this.#asked = 0;
    this.#timed = 0;
    this.#printedBefore = Math.max(this.#printed, this.#printedBefore);
    this.#printed = 0;
    const { send, clock, output, ...rest } = this.#host;
    return {
      ...rest,
      ...(send && { send: (message: HostMessage) => this.#send(send, message) }),
      ...(clock && { clock: () => this.#clock(clock) }),
      ...(output && { output: (text: string) => this.#output(output, text) }),
    };
  }

  #send(send: NonNullable<Host['send']>, message: HostMessage): number {
    const answer = this.#answers[this.#asked] ?? ask(send, message);
    this.#answers[this.#asked] = answer;
    this.#asked += 1;
    return answer();
  }

  #clock(clock: NonNullable<Host['clock']>): number {
    const time = this.#times[this.#timed] ?? clock();
    this.#times[this.#timed] = time;
    this.#timed += 1;
    return time;
  }

  #output(output: NonNullable<Host['output']>, text: string): void {
    this.#printed += 1;
    if (this.#printed > this.#printedBefore) output(text);
  }
}

/** Asks once; what comes back gives the same answer, or the same refusal, ever after. */
function ask(send: NonNullable<Host['send']>, message: HostMessage): () => number {
  try {
    const answer = send(message);
    return () => answer;
  } catch (refusal) {
    return () => {
      throw refusal;
    };
  }
}
