---
machine: register
expect:
  registers: { R0: 5050 }
  output: ["5050"]
  ending: halt
  steps: 204
---
# Sum

## The numbers from 1 to 100

`LOOP` counts its register down and jumps back while it is above zero.

```flux
        MOVI R1, 100
        MOVI R0, 0
add:    ADD  R0, R0, R1
        LOOP R1, add
        SYS  0
        HALT
```
