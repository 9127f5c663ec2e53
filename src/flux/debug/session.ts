import { listCode } from '../assembly/listing.ts';
import type { Program } from '../assembly/program.ts';
import { FluxError } from '../error.ts';
import { fluxLimits } from '../limits.ts';
import type { ProgramStart, RunResult } from '../run-program.ts';
import { printAddress } from '../verify/finding.ts';
import { type Driver, type MachineView, startDriver } from './driver.ts';
import { HostTape } from './host-tape.ts';

/** A part of memory that stops the program when it changes. */
export interface Watch {
  readonly address: number;
  readonly length: number;
}

/** Why the program stands still, and where. */
export interface Stop {
  readonly reason: 'start' | 'step' | 'breakpoint' | 'watch' | 'end';
  readonly view: MachineView;
  /** The watches whose bytes have changed. */
  readonly changed: readonly Watch[];
}

/**
 * A program under inspection: it goes forward and back by instructions, stops at breakpoints and at
 * changes of memory, and shows its state. Going back runs it again from its start to one step
 * before, with the host's earlier answers, so that the world is not asked twice.
 */
export class DebugSession {
  readonly program: Program;
  readonly #start: ProgramStart;
  readonly #tape: HostTape;
  readonly #places: ReadonlySet<number>;
  readonly #breakpoints = new Set<number>();
  readonly #watches: Watch[] = [];
  #driver: Driver;

  constructor(program: Program, start: ProgramStart = {}) {
    this.program = program;
    this.#start = start;
    this.#tape = new HostTape(start.host ?? {});
    this.#places = new Set(listCode(program.code, program.machine).map(({ pc }) => pc));
    this.#driver = startDriver(program, start, this.#tape.rewind());
  }

  get view(): MachineView {
    return this.#driver.view();
  }

  /** The result, once the program has ended. */
  get result(): RunResult | undefined {
    return this.#driver.result;
  }

  get breakpoints(): readonly number[] {
    return [...this.#breakpoints].sort((a, b) => a - b);
  }

  get watches(): readonly Watch[] {
    return this.#watches;
  }

  /** A copy of a part of memory. Throws `flux/memory` for what is outside it. */
  memory(address: number, length: number): Uint8Array {
    checkRegion({ address, length });
    return this.#driver.memory(address, length);
  }

  /** Stops before the instruction at a label or address; answers the address. */
  breakAt(place: string | number): number {
    const pc = this.placeOf(place);
    this.#breakpoints.add(pc);
    return pc;
  }

  /** Takes a breakpoint away; answers whether there was one. */
  clear(place: string | number): boolean {
    return this.#breakpoints.delete(this.placeOf(place));
  }

  /** Stops after an instruction that changes these bytes of memory. */
  watch(address: number, length = 4): Watch {
    const watch: Watch = { address, length };
    checkRegion(watch);
    this.#watches.push(watch);
    return watch;
  }

  /** Executes so many instructions, or fewer when the program ends. */
  step(count = 1): Stop {
    return this.#go(count, () => false);
  }

  /** Executes up to the next breakpoint, the next change of a watch, or the end. */
  run(): Stop {
    if (this.#breakpoints.size === 0 && this.#watches.length === 0) {
      this.#driver.advance(Number.POSITIVE_INFINITY);
      return this.#stop('end', []);
    }
    return this.#go(Number.POSITIVE_INFINITY, (pc) => this.#breakpoints.has(pc));
  }

  /** Goes back by so many instructions, or to the start. */
  back(count = 1): Stop {
    const step = Math.max(0, this.#driver.steps - count);
    this.#driver = startDriver(this.program, this.#start, this.#tape.rewind());
    if (step > 0) this.#driver.advance(step);
    return this.#stop(step === 0 ? 'start' : 'step', []);
  }

  /** The address of a label, or of an instruction given by its address. */
  placeOf(place: string | number): number {
    const label = typeof place === 'string' ? this.program.labels.get(place) : undefined;
    const pc = label ?? Number(place);
    if (place !== '' && this.#places.has(pc)) return pc;
    const known = [...this.program.labels.keys()].slice(0, 8).join(', ');
    throw new FluxError({
      code: 'flux/no-place',
      message: `${place} is no label, and no instruction begins at it`,
      hint: known === '' ? 'give an address such as 0x000A' : `labels: ${known}`,
      kind: 'usage',
    });
  }

  #go(count: number, stopsAt: (pc: number) => boolean): Stop {
    const driver = this.#driver;
    for (let done = 0; done < count && driver.result === undefined; done += 1) {
      const before = this.#watched();
      driver.advance(1);
      const changed = this.#watches.filter((watch, index) => {
        const now = driver.memory(watch.address, watch.length);
        return Buffer.compare(now, before[index] ?? now) !== 0;
      });
      if (changed.length > 0) return this.#stop('watch', changed);
      if (driver.result === undefined && stopsAt(driver.pc)) return this.#stop('breakpoint', []);
    }
    return this.#stop(driver.result === undefined ? 'step' : 'end', []);
  }

  #watched(): readonly Uint8Array[] {
    return this.#watches.map(({ address, length }) => this.#driver.memory(address, length));
  }

  #stop(reason: Stop['reason'], changed: readonly Watch[]): Stop {
    return { reason, view: this.view, changed };
  }
}

function checkRegion({ address, length }: Watch): void {
  const isWhole = Number.isInteger(address) && Number.isInteger(length);
  if (isWhole && address >= 0 && length > 0 && address + length <= fluxLimits.memoryBytes) return;
  const at = Number.isInteger(address) ? printAddress(address) : String(address);
  throw new FluxError({
    code: 'flux/memory',
    message: `${length} bytes at ${at} are not inside memory`,
    hint: `memory has addresses 0 to ${fluxLimits.memoryBytes - 1}`,
    kind: 'usage',
  });
}
