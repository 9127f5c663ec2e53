---
machine: stack
expect:
  stack: [479001600]
  flags: 0
  steps: 121
  ending: halt
---
# Factorial

## 12! by recursion

A routine takes its argument from the stack and leaves its result there. 12 is the
largest number whose factorial has 32 bits.

`JZ` and `JNZ` pop nothing, and `POP` leaves the flags alone: compare, jump, pop.

```flux
        PUSH 12
        CALL factorial
        HALT

; n -> n!
factorial:
        DUP
        PUSH 1
        LE
        JZ   recurse
        POP
        POP
        PUSH 1
        RET
recurse:
        POP
        DUP
        DEC
        CALL factorial
        MUL
        RET
```
