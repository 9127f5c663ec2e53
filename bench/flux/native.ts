import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kernel } from './kernels.ts';

/** Time and result of one run of a kernel in another language. */
export interface NativeRun {
  readonly seconds: number;
  readonly result: number;
}

function cSource({ c }: Kernel): string {
  return `#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
__attribute__((noinline)) int32_t kernel(int32_t n) {
    ${c}
}
int main(int argc, char **argv) {
  struct timespec a, b;
  clock_gettime(CLOCK_MONOTONIC, &a);
  int32_t result = kernel(atoi(argv[1]));
  clock_gettime(CLOCK_MONOTONIC, &b);
  printf("%.9f %d\\n", (b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) / 1e9, result);
  return argc < 2;
}
`;
}

function pythonSource({ python }: Kernel): string {
  return `import sys, time
def kernel(n):${python}
start = time.perf_counter()
result = kernel(int(sys.argv[1]))
print("%.9f %d" % (time.perf_counter() - start, result))
`;
}

function parse(output: string): NativeRun {
  const [seconds = 0, result = 0] = output.trim().split(' ').map(Number);
  return { seconds, result };
}

/** Whether a command is on this machine. */
export function hasCommand(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Compiles a kernel with `gcc -O2`; the function runs it. */
export function compileC(kernel: Kernel): { run: () => NativeRun; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'flux-bench-'));
  const [source, binary] = [join(folder, 'kernel.c'), join(folder, 'kernel')];
  writeFileSync(source, cSource(kernel));
  execFileSync('gcc', ['-O2', '-o', binary, source]);
  return {
    run: () => parse(execFileSync(binary, [String(kernel.rounds)], { encoding: 'utf8' })),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Runs a kernel in Python, with its own number of rounds. */
export function runPython(kernel: Kernel): NativeRun {
  const args = ['-c', pythonSource(kernel), String(kernel.pythonRounds)];
  return parse(execFileSync('python3', args, { encoding: 'utf8' }));
}
