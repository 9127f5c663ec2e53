---
machine: stack
expect:
  stack: [1, 0.25, 1]
  confidence: 1
  steps: 14
  ending: halt
---
# Confidence

## A program carries how far it trusts its result

Confidence begins at 1 and stays between 0 and 1: a half times a half is a quarter,
and 7 becomes 1.

```flux
        CONF_GET
        PUSH 1
        PUSH 2
        FDIV
        CONF_SET
        PUSH 1
        PUSH 2
        FDIV
        CONF_MUL
        CONF_GET
        PUSH 7
        CONF_SET
        CONF_GET
        HALT
```
