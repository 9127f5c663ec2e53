---
machine: register
expect:
  memory:
    - { address: 256, cells: [11, 12, 22, 25, 34, 64] }
  ending: halt
---
# Sort

## Bubble sort of six numbers in memory

```flux
.data 256
list:   .word 64, 34, 25, 12, 22, 11

.code
        MOVI    R1, 5           ; passes left
pass:   MOVI16  R5, list
        MOV     R6, R1          ; pairs left in this pass
pair:   LOADOFF R7, R5, 0
        LOADOFF R8, R5, 4
        CMP_GT  R0, R7, R8
        JZ      R0, ordered
        STOREOF R8, R5, 0
        STOREOF R7, R5, 4
ordered:
        ADDI    R5, 4
        DEC     R6
        JNZ     R6, pair
        DEC     R1
        JNZ     R1, pass
        HALT
```
