import { assemble } from '../../src/flux/index.ts';

/** The kernels for machine R: R1 holds the rounds, R0 the result. */
const sources: Readonly<Record<string, string>> = {
  sum: `
      MOVI R0, 0
loop: ADD R0, R0, R1
      DEC R1
      LJNZ R1, loop
      HALT`,
  fib: `
      MOVI R0, 0
      MOVI R2, 1
loop: ADD R3, R0, R2
      MOV R0, R2
      MOV R2, R3
      DEC R1
      LJNZ R1, loop
      HALT`,
  sieve: `
       MOVI16 R10, 12000
       MOVI R9, 2
       MOVI R11, 1
       MOVI R12, 0
round: MOVI R0, 0
       MOVI R3, 0
clear: SHL R4, R3, R9
       STORE R12, R4, R12
       INC R3
       CMP_LT R5, R3, R10
       LJNZ R5, clear
       MOVI R3, 2
outer: SHL R4, R3, R9
       LOAD R5, R4, R12
       LJNZ R5, next
       INC R0
       MUL R7, R3, R3
mark:  CMP_LT R5, R7, R10
       LJZ R5, next
       SHL R4, R7, R9
       STORE R11, R4, R12
       ADD R7, R7, R3
       JMP mark
next:  INC R3
       CMP_LT R5, R3, R10
       LJNZ R5, outer
       DEC R1
       LJNZ R1, round
       HALT`,
  matrix: `
       MOVI R12, 0
       MOVI R9, 2
       MOVI R10, 24
       MOVI16 R11, 576
       MOVI16 R13, 4096
       MOVI16 R14, 8192
       MOVI R2, 0
init:  DIV R3, R2, R10
       MOD R4, R2, R10
       ADD R5, R3, R4
       SHL R6, R2, R9
       STORE R5, R6, R12
       SUB R5, R3, R4
       STORE R5, R6, R13
       INC R2
       CMP_LT R7, R2, R11
       LJNZ R7, init
       MOVI R0, 0
round: MOVI R2, 0
row:   MOVI R3, 0
col:   MUL R6, R2, R10
       SHL R6, R6, R9
       SHL R7, R3, R9
       ADD R7, R7, R13
       MOVI R4, 0
       MOVI R5, 0
dot:   LOADOFF R15, R6, 0
       LOADOFF R16, R7, 0
       MUL R15, R15, R16
       ADD R5, R5, R15
       ADDI R6, 4
       ADDI R7, 96
       INC R4
       CMP_LT R17, R4, R10
       LJNZ R17, dot
       MUL R6, R2, R10
       ADD R6, R6, R3
       SHL R6, R6, R9
       STORE R5, R6, R14
       ADD R0, R0, R5
       INC R3
       CMP_LT R17, R3, R10
       LJNZ R17, col
       INC R2
       CMP_LT R17, R2, R10
       LJNZ R17, row
       DEC R1
       LJNZ R1, round
       HALT`,
  sort: `
       MOVI R12, 0
       MOVI16 R10, 2000
       MOVI16 R13, 0x41C6
       SHLI R13, 16
       MOVI16 R14, 0x4E6D
       OR R13, R13, R14
       MOVI16 R14, 12345
       MOVI16 R15, 0x7fff
       MOVI R16, 16
       MOVI R17, 1
       MOVI R0, 0
round: MOVI R2, 0
fill:  MUL R17, R17, R13
       ADD R17, R17, R14
       SHR R3, R17, R16
       AND R3, R3, R15
       STORE R3, R2, R12
       ADDI R2, 4
       CMP_LT R4, R2, R10
       LJNZ R4, fill
       MOVI R2, 4
outer: LOAD R3, R2, R12
       MOV R5, R2
inner: LOADOFF R6, R5, -4
       CMP_GT R7, R6, R3
       LJZ R7, place
       STOREOF R6, R5, 0
       SUBI R5, 4
       LJGT R5, inner
place: STOREOF R3, R5, 0
       ADDI R2, 4
       CMP_LT R4, R2, R10
       LJNZ R4, outer
       LOADOFF R3, R12, 1000
       ADD R0, R0, R3
       DEC R1
       LJNZ R1, round
       HALT`,
};

/** Bytecode of a kernel for machine R. */
export function registerKernel(name: string): Uint8Array {
  return assemble(sources[name] ?? '', { machine: 'register' }).code;
}
