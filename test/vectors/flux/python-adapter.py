"""A machine S in Python behind the adapter protocol: one case as JSON in, one verdict as JSON out.

It knows arithmetic, comparisons, logic and the stack; enough to show how an adapter is written.
"""

import json
import sys


def wrap(value):
    return (value + 2**31) % 2**32 - 2**31


def truncated(a, b):
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


BINARY = {
    0x10: lambda a, b: a + b,
    0x11: lambda a, b: a - b,
    0x12: lambda a, b: a * b,
    0x13: truncated,
    0x14: lambda a, b: a % b,
    0x20: lambda a, b: int(a == b),
    0x21: lambda a, b: int(a != b),
    0x22: lambda a, b: int(a < b),
    0x23: lambda a, b: int(a <= b),
    0x24: lambda a, b: int(a > b),
    0x25: lambda a, b: int(a >= b),
    0x30: lambda a, b: a & b,
    0x31: lambda a, b: a | b,
    0x32: lambda a, b: a ^ b,
    0x34: lambda a, b: a << (b & 31),
    0x35: lambda a, b: a >> (b & 31),
}
UNARY = {
    0x15: lambda a: -a,
    0x16: lambda a: a + 1,
    0x17: lambda a: a - 1,
    0x33: lambda a: ~a,
}
# Carry as the flags table has it: of an addition, a subtraction, a multiplication, or never.
CARRY = {
    **dict.fromkeys((0x10, 0x13, 0x14, 0x16), lambda a, b: a % 2**32 + b % 2**32 > 2**32 - 1),
    **dict.fromkeys((0x11, 0x17), lambda a, b: 0 <= a < b),
    0x12: lambda a, b: (a % 2**32) * (b % 2**32) > 2**32 - 1,
}


def overflows(op, a, b):
    if op == 0x12:
        return not -(2**31) <= a * b < 2**31
    return op == 0x13 and a < 0 and b < 0 and a <= b


def run(code, stack):
    flags = pc = 0
    while pc < len(code):
        op = code[pc]
        pc += 1
        if op == 0x00:
            break
        if op == 0x55:
            stack.append(int.from_bytes(code[pc : pc + 4], "little", signed=True))
            pc += 4
        elif op == 0x56:
            stack.pop()
        elif op == 0x60:
            stack.append(stack[-1])
        elif op in BINARY or op in UNARY:
            b = stack.pop() if op in BINARY else 1
            a = stack.pop()
            exact = BINARY[op](a, b) if op in BINARY else UNARY[op](a)
            result = wrap(exact)
            stack.append(result)
            carry = CARRY.get(op, lambda a, b: False)(a, b)
            flags = (result == 0) | (result < 0) << 1 | carry << 2 | overflows(op, a, b) << 3
        elif op != 0x01:
            raise ValueError(f"Unknown opcode 0x{op:02x} at PC={pc - 1}")
    return stack, flags


def main():
    if "--version" in sys.argv:
        print("python-adapter 1")
        return
    case = json.load(sys.stdin)
    try:
        stack, flags = run(bytes.fromhex(case["bytecode_hex"]), case["initial_stack"])
    except (ValueError, IndexError, ZeroDivisionError) as error:
        print(json.dumps({"passed": False, "error": str(error)}))
        return
    wanted = case["expected_flags"]
    passed = stack == case["expected_stack"] and wanted in (-1, flags)
    print(json.dumps({"passed": passed, "error": "", "actual_stack": stack, "actual_flags": flags}))


main()
