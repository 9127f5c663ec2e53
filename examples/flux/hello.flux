---
machine: register
expect:
  output: ["Hello, FLUX!"]
  ending: halt
  steps: 4
---
# Hello

## Prints a line of text from memory

`SYS 2` prints as many bytes as R1 says, from the address in R0. The text lies in
memory when the program starts, because the data section put it there.

```flux
.data 256
text:   .text "Hello, FLUX!"
end:

.code
        MOVI16 R0, text
        MOVI   R1, end-text
        SYS    2
        HALT
```
