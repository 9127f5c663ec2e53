---
machine: register
expect:
  memory:
    - { address: 544, cells: [48, 68, 32, 44] }
  ending: halt
---
# Matrix product

## Two 2 × 2 matrices, row by row in memory

$$\begin{pmatrix}3&7\\1&5\end{pmatrix}\begin{pmatrix}2&4\\6&8\end{pmatrix}=\begin{pmatrix}48&68\\32&44\end{pmatrix}$$

```flux
.data 512
a:      .word 3, 7, 1, 5
b:      .word 2, 4, 6, 8
c:      .space 16

.code
        MOVI16  R1, a           ; the row of a
        MOVI16  R3, c           ; the cell of the product
        MOVI    R4, 2           ; rows left
row:    MOVI16  R2, b           ; the column of b
        MOVI    R5, 2           ; columns left
column: LOADOFF R6, R1, 0
        LOADOFF R7, R2, 0
        MUL     R8, R6, R7
        LOADOFF R6, R1, 4
        LOADOFF R7, R2, 8
        MUL     R9, R6, R7
        ADD     R8, R8, R9
        STOREOF R8, R3, 0
        ADDI    R3, 4
        ADDI    R2, 4
        LOOP    R5, column
        ADDI    R1, 8
        LOOP    R4, row
        HALT
```
