---
machine: register
expect:
  registers: { R0: 6, R1: 12, R3: 6 }
  steps: 17
  ending: halt
---
# Greatest common divisor

## Euclid's algorithm for 48 and 18

```flux
        MOVI16 R1, 48
        MOVI16 R2, 18
loop:   MOV    R3, R2
        MOD    R2, R1, R2
        JZ     R2, done
        MOV    R1, R3
        JMP    loop
done:   MOV    R0, R3
        HALT
```
