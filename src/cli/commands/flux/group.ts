import { type Group, lazy } from '../../entry.ts';

export const flux: Group = {
  name: 'flux',
  summary: 'Run, assemble, verify and inspect FLUX programs',
  commands: [
    lazy('run', 'Run a program', () => import('./run.ts')),
    lazy('asm', 'Assemble source to bytecode', () => import('./asm.ts')),
    lazy('disasm', 'Print bytecode as source', () => import('./disasm.ts')),
    lazy('validate', 'Verify programs without running them', () => import('./validate.ts')),
    lazy(
      'translate',
      'Translate a program to the other machine or another runtime',
      () => import('./translate.ts'),
    ),
    lazy('debug', 'Step through a program, forward and back', () => import('./debug.ts')),
    lazy('conformance', 'Run the conformance suites', () => import('./conformance.ts')),
  ],
};
