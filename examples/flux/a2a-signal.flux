---
machine: stack
expect:
  stack: [10, 20, 0, 99]
  steps: 11
  ending: halt
---
# Signals between agents

## Messages on a channel come back first in, first out

`LISTEN` never waits: an empty channel reads zero. `BROADCAST` does what `SIGNAL`
does, on a channel that others listen to.

```flux
.const tasks 2
.const news  5

        PUSH      10
        SIGNAL    tasks
        PUSH      20
        SIGNAL    tasks
        PUSH      99
        BROADCAST news
        LISTEN    tasks
        LISTEN    tasks
        LISTEN    tasks
        LISTEN    news
        HALT
```
