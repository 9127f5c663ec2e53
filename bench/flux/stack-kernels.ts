import { assemble } from '../../src/flux/index.ts';

/** The kernels for machine S: the rounds lie on the stack at the start, the result on top at the end. */
const sources: Readonly<Record<string, string>> = {
  // n s
  sum: `
       PUSH 0
loop:  OVER
       ADD
       SWAP
       DEC
       SWAP
       JNZ loop
       HALT`,
  // n a b
  fib: `
       PUSH 0
       PUSH 1
loop:  DUP
       ROT
       ADD
       ROT
       DEC
       ROT
       ROT
       JNZ loop
       POP
       HALT`,
  // p is the address of a flag, q of a multiple of its number
  sieve: `
.const ROUNDS 60000
.const COUNT 60004
       STORE ROUNDS
round: PUSH 0
       STORE COUNT
       PUSH 47996
clear: DUP
       PUSH 0
       POKE
       PUSH 4
       SUB
       JNZ clear
       POP
       PUSH 8
next:  DUP
       PEEK
       PUSH 0
       NE
       POP
       JNZ skip
       LOAD COUNT
       INC
       STORE COUNT
       DUP
       PUSH 2
       SHR
       DUP
       MUL
       PUSH 2
       SHL
       DUP
       PUSH 48000
       GE
       POP
       JNZ done
mark:  DUP
       PUSH 1
       POKE
       OVER
       ADD
       DUP
       PUSH 48000
       LT
       POP
       JNZ mark
done:  POP
skip:  PUSH 4
       ADD
       DUP
       PUSH 48000
       LT
       POP
       JNZ next
       POP
       LOAD ROUNDS
       DEC
       STORE ROUNDS
       JNZ round
       LOAD COUNT
       HALT`,
  // row is i * 96, col is j * 4; on the stack the addresses of a[i][k] and b[k][j]
  matrix: `
.const ROUNDS 60000
.const I 60004
.const J 60008
.const DOT 60012
.const END 60016
.const SUM 60020
       STORE ROUNDS
       PUSH 0
       STORE I
rowi:  PUSH 0
       STORE J
cell:  LOAD I
       PUSH 96
       MUL
       LOAD J
       PUSH 4
       MUL
       ADD
       DUP
       LOAD I
       LOAD J
       ADD
       POKE
       PUSH 4096
       ADD
       LOAD I
       LOAD J
       SUB
       POKE
       LOAD J
       INC
       DUP
       STORE J
       PUSH 24
       LT
       POP
       JNZ cell
       LOAD I
       INC
       DUP
       STORE I
       PUSH 24
       LT
       POP
       JNZ rowi
round: PUSH 0
       STORE I
row:   PUSH 0
       STORE J
col:   PUSH 0
       STORE DOT
       LOAD I
       DUP
       PUSH 96
       ADD
       STORE END
       LOAD J
       PUSH 4096
       ADD
dot:   OVER
       PEEK
       OVER
       PEEK
       MUL
       LOAD DOT
       ADD
       STORE DOT
       PUSH 96
       ADD
       SWAP
       PUSH 4
       ADD
       DUP
       LOAD END
       NE
       POP
       SWAP
       JNZ dot
       POP
       POP
       LOAD I
       LOAD J
       ADD
       PUSH 8192
       ADD
       LOAD DOT
       POKE
       LOAD SUM
       LOAD DOT
       ADD
       STORE SUM
       LOAD J
       PUSH 4
       ADD
       DUP
       STORE J
       PUSH 96
       LT
       POP
       JNZ col
       LOAD I
       PUSH 96
       ADD
       DUP
       STORE I
       PUSH 2304
       LT
       POP
       JNZ row
       LOAD ROUNDS
       DEC
       STORE ROUNDS
       JNZ round
       LOAD SUM
       HALT`,
  // p is the address of the value to insert, q of its place
  sort: `
.const ROUNDS 60000
.const SEED 60004
.const KEY 60008
.const SUM 60012
       STORE ROUNDS
       PUSH 1
       STORE SEED
round: PUSH 0
fill:  DUP
       LOAD SEED
       PUSH 1103515245
       MUL
       PUSH 12345
       ADD
       DUP
       STORE SEED
       PUSH 16
       SHR
       PUSH 0x7fff
       AND
       POKE
       PUSH 4
       ADD
       DUP
       PUSH 2000
       LT
       POP
       JNZ fill
       POP
       PUSH 4
next:  DUP
       PEEK
       STORE KEY
       DUP
shift: DUP
       PUSH 0
       LE
       POP
       JNZ place
       DUP
       PUSH 4
       SUB
       PEEK
       DUP
       LOAD KEY
       LE
       POP
       JNZ drop
       OVER
       SWAP
       POKE
       PUSH 4
       SUB
       JMP shift
drop:  POP
place: LOAD KEY
       POKE
       PUSH 4
       ADD
       DUP
       PUSH 2000
       LT
       POP
       JNZ next
       POP
       LOAD 1000
       LOAD SUM
       ADD
       STORE SUM
       LOAD ROUNDS
       DEC
       STORE ROUNDS
       JNZ round
       LOAD SUM
       HALT`,
  // A loop that asks for its fuel, the time and a deadline in every round
  metered: `
       PUSH 0
loop:  DEADLINE_BEFORE 0xffffffff, late
       FUEL_CHECK
       ADD
       TIME_NOW
       XOR
       SWAP
       DEC
       SWAP
       JNZ loop
late:  HALT`,
  // The n-th Fibonacci number by calling itself
  recursion: `
       CALL fib
       HALT
fib:   DUP
       PUSH 2
       LT
       POP
       JZ more
       RET
more:  DUP
       DEC
       CALL fib
       SWAP
       PUSH 2
       SUB
       CALL fib
       ADD
       RET`,
};

/** The program of a kernel, by name. */
export function stackKernel(name: string): Uint8Array {
  return assemble(sources[name] ?? '', { machine: 'stack' }).code;
}
