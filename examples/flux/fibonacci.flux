---
machine: stack
expect:
  stack: [55]
  flags: 1
  steps: 108
  ending: halt
---
# Fibonacci

## The tenth Fibonacci number, with two cells of memory and a counter

`JNZ` looks at the flag that `DEC` has set; `STORE` leaves the flags alone.

```flux
.const N    10
.const this 0
.const next 4
.const left 8

        PUSH  0
        STORE this
        PUSH  1
        STORE next
        PUSH  N
        STORE left
loop:   LOAD  this
        LOAD  next
        DUP
        STORE this
        ADD
        STORE next
        LOAD  left
        DEC
        STORE left
        JNZ   loop
        LOAD  this
        HALT
```
