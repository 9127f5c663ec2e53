---
machine: stack
expect:
  stack: [25]
  flags: 1
  steps: 3804
  ending: halt
---
# Prime sieve

## How many primes are below 100

One 32-bit cell for each number, from address 1024 on; a cell that is not zero marks
a composite number.

```flux
.const LIMIT 100
.const cells 1024
.const n     0
.const m     4
.const found 8

        PUSH  2
        STORE n
        PUSH  0
        STORE found
outer:  LOAD  n
        PUSH  4
        MUL
        PUSH  cells
        ADD
        PEEK
        PUSH  0
        EQ
        POP
        JZ    next              ; the cell is marked
        LOAD  found
        INC
        STORE found
        LOAD  n
        LOAD  n
        MUL
        STORE m
mark:   LOAD  m
        PUSH  LIMIT
        LT
        POP
        JZ    next
        LOAD  m
        PUSH  4
        MUL
        PUSH  cells
        ADD
        PUSH  1
        POKE
        LOAD  m
        LOAD  n
        ADD
        STORE m
        JMP   mark
next:   LOAD  n
        INC
        STORE n
        LOAD  n
        PUSH  LIMIT
        LT
        POP
        JNZ   outer
        LOAD  found
        HALT
```
