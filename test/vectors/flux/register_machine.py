"""Machine R in Python, written from its documentation alone: a second implementation of it.

    python3 test/vectors/flux/register_machine.py [suite.json]

runs the conformance suite of machine R and prints what did not come out as expected.
"""

import json
import math
import pathlib
import struct
import sys

SIZES = {"A": 1, "B": 2, "C": 2, "D": 3, "E": 4, "F": 4, "G": 5}
RESERVED = {0x7F, 0x8F, 0xBF, 0xCF, 0xEF}
MEMORY = 65536
DIVISION_LOSS = 1 / 1024


def fmt(op):
    """The format of an opcode by its range."""
    if op < 0x08 or op >= 0xF0 or op == 0xE6:
        return "A"
    if op < 0x10:
        return "B"
    if op < 0x18:
        return "C"
    if op < 0x20 or 0xA0 <= op < 0xB0:
        return "D"
    if 0x40 <= op < 0x48 or op >= 0xE0:
        return "F"
    if 0x48 <= op < 0x50 or op >= 0xD0:
        return "G"
    return "E"


def wrap(value):
    return (value + 2**31) % 2**32 - 2**31


def quotient(a, b):
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def remainder(a, b):
    return a - b * quotient(a, b)


def divide(a, b):
    """IEEE 754 division, which Python refuses for a zero."""
    if b != 0:
        return a / b
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1, b)


def ieee(compute):
    """A Python float function with the special cases of IEEE 754 instead of exceptions."""

    def call(*arguments):
        try:
            return compute(*arguments)
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return call


def power(a, b):
    odd = math.isfinite(b) and b % 2 == 1
    infinity = math.copysign(math.inf, a) if odd else math.inf
    try:
        return math.pow(a, b)
    except ValueError:
        return infinity if a == 0 else math.nan
    except OverflowError:
        return infinity


def lesser(a, b):
    if math.isnan(a) or math.isnan(b):
        return math.nan
    return min(a, b, key=lambda each: (each, math.copysign(1, each)))


def greater(a, b):
    return -lesser(-a, -b)


def whole(rounding):
    """A rounding to whole numbers that keeps infinities, NaN and the sign of a zero."""

    def call(value):
        if not math.isfinite(value):
            return value
        return math.copysign(float(rounding(value)), value)

    return call


def logarithm(value):
    return -math.inf if value == 0 else math.log(value)


def to_int(value):
    return wrap(math.trunc(value)) if math.isfinite(value) else 0


class Trap(Exception):
    def __init__(self, kind, message=""):
        super().__init__(message)
        self.kind = kind
        self.message = message


FLAGGED = {
    0x20: lambda a, b: a + b,
    0x21: lambda a, b: a - b,
    0x22: lambda a, b: a * b,
    0x25: lambda a, b: a & b,
    0x26: lambda a, b: a | b,
    0x27: lambda a, b: a ^ b,
    0x28: lambda a, b: a << (b & 31),
    0x29: lambda a, b: a >> (b & 31),
}
UNFLAGGED = {
    0x2A: min,
    0x2B: max,
    0x2C: lambda a, b: int(a == b),
    0x2D: lambda a, b: int(a < b),
    0x2E: lambda a, b: int(a > b),
    0x2F: lambda a, b: int(a != b),
}
UNARY = {
    0x08: lambda a: a + 1,
    0x09: lambda a: a - 1,
    0x0A: lambda a: ~a,
    0x0B: lambda a: -a,
}
IMMEDIATE = {
    0x19: lambda a, n: a + n,
    0x1A: lambda a, n: a - n,
    0x1B: lambda a, n: a & n,
    0x1C: lambda a, n: a | n,
    0x1D: lambda a, n: a ^ n,
    0x1E: lambda a, n: a << (n & 31),
    0x1F: lambda a, n: a >> (n & 31),
}
FLOAT_BINARY = {
    0x30: lambda a, b: a + b,
    0x31: lambda a, b: a - b,
    0x32: lambda a, b: a * b,
    0x33: divide,
    0x34: lesser,
    0x35: greater,
    0x92: power,
    0x98: ieee(math.atan2),
}
FLOAT_UNARY = {
    0x91: ieee(math.sqrt),
    0x93: ieee(logarithm),
    0x94: ieee(math.exp),
    0x95: ieee(math.sin),
    0x96: ieee(math.cos),
    0x97: ieee(math.tan),
    0x99: whole(math.floor),
    0x9A: whole(math.ceil),
    0x9B: whole(round),
}
CONDITIONS = {
    0x3C: lambda a: a == 0,
    0x3D: lambda a: a != 0,
    0x3E: lambda a: a < 0,
    0x3F: lambda a: a > 0,
}
CONFIDENT = {
    0x60: (lambda a, b: a + b, min),
    0x61: (lambda a, b: a - b, min),
    0x62: (lambda a, b: a * b, lambda a, b: a * b),
    0x63: (quotient, lambda a, b: a * b * (1 - DIVISION_LOSS)),
    0x64: (remainder, lambda a, b: a * b * (1 - DIVISION_LOSS)),
}
# Of the agent opcodes these put the answer of the host into rd.
ANSWERED = {0x51, 0x52, 0x54, 0x57, 0x58, 0x59, 0x5B, 0x5D, 0x5E, 0x5F}
NOTHING = {0x01, 0x05, 0x07, 0x15}


class Machine:
    def __init__(self, code, start):
        self.code = code
        self.ints = [0] * 256
        self.floats = [0.0] * 256
        self.confidences = [1.0] * 256
        self.memory = bytearray(MEMORY)
        for name, values in start.items():
            for key, value in values.items() if isinstance(values, dict) else ():
                if name == "ints":
                    self.ints[int(key[1:])] = value
                if name == "floats":
                    self.floats[int(key[1:])] = float(value)
                if name == "confidences":
                    self.confidences[int(key[1:])] = value
        for segment in start.get("memory", []):
            data = bytes.fromhex(segment["hex"])
            self.memory[segment["address"] : segment["address"] + len(data)] = data
        limits = start.get("limits", {})
        steps = limits.get("steps", 10_000_000)
        fuel = limits.get("fuel", math.inf)
        self.cycles_max = min(steps, fuel)
        self.spent = "fuel" if fuel < steps else "step-limit"
        self.depth_max = limits.get("stackDepth", 4096)
        self.output_max = limits.get("output", 1024 * 1024)
        self.host = start.get("host")
        self.stack = []
        self.pc = 0
        self.cycles = 0
        self.flags = 0
        self.accumulator = 1.0
        self.output = []
        self.halted = False

    def run(self):
        """Runs to the end; answers the ending and the trap, if any."""
        while not self.halted and self.cycles < self.cycles_max:
            if self.pc == len(self.code):
                return "end", None
            at = self.pc
            self.cycles += 1
            try:
                self.step()
            except Trap as trap:
                self.pc = at
                found = {"kind": trap.kind, "pc": at, "step": self.cycles - 1}
                return "trap", (found, trap.message)
        return ("halt" if self.halted else self.spent), None

    def step(self):
        op = self.code[self.pc]
        if op in RESERVED:
            raise Trap("UnknownOpcode", f"Invalid opcode: 0x{op:02X}")
        if not self.known(op):
            raise Trap("Unimplemented", f"Unimplemented: (0x{op:02X})")
        layout = fmt(op)
        data = self.code[self.pc : self.pc + SIZES[layout]]
        if len(data) < SIZES[layout]:
            raise Trap("TruncatedInstruction")
        self.pc += len(data)
        rd, rs1, rs2 = (list(data[1:4]) + [0, 0, 0])[:3]
        imm = struct.unpack("<h", data[-2:])[0] if layout in "FG" else 0
        self.execute(op, rd, rs1, rs2, imm)

    @staticmethod
    def known(op):
        tables = (FLAGGED, UNFLAGGED, UNARY, IMMEDIATE, FLOAT_BINARY, FLOAT_UNARY, CONDITIONS, CONFIDENT)
        others = {0x00, 0x02, 0x03, 0x04, 0x06, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x12, 0x18, 0x23, 0x24}
        others |= {0x36, 0x37, 0x38, 0x39, 0x3A, 0x3B, *range(0x40, 0x47), 0x48, 0x49, 0x4A, 0x4B, 0x4E, 0x4F}
        others |= {*range(0x50, 0x60), 0x65, 0x6E, 0x6F, 0x90, *range(0xE0, 0xE7), 0xF5, 0xF7, 0xFF}
        return op in NOTHING or op in others or any(op in table for table in tables)

    def execute(self, op, rd, rs1, rs2, imm):
        ints, floats = self.ints, self.floats
        if op in NOTHING:
            return
        if op in FLAGGED:
            self.set_flagged(rd, FLAGGED[op](ints[rs1], ints[rs2]))
        elif op in UNFLAGGED:
            ints[rd] = UNFLAGGED[op](ints[rs1], ints[rs2])
        elif op in UNARY:
            self.set_flagged(rd, UNARY[op](ints[rd]))
        elif op in IMMEDIATE:
            self.set_flagged(rd, IMMEDIATE[op](ints[rd], rs1))
        elif op in FLOAT_BINARY:
            floats[rd] = FLOAT_BINARY[op](floats[rs1], floats[rs2])
        elif op in FLOAT_UNARY:
            floats[rd] = FLOAT_UNARY[op](floats[rs1])
        elif op in CONDITIONS:
            if CONDITIONS[op](ints[rd]):
                self.jump(ints[rs1])
        elif op in CONFIDENT:
            self.confident(op, rd, rs1, rs2)
        elif 0x50 <= op <= 0x5F:
            self.ask_host(op, rd)
        else:
            self.execute_other(op, rd, rs1, rs2, imm)

    def execute_other(self, op, rd, rs1, rs2, imm):
        ints, floats = self.ints, self.floats
        if op == 0x00:
            self.halted = True
        elif op in (0x02, 0x03, 0xE6):
            self.go(self.pop())
        elif op == 0x04:
            self.print(f"[BREAKPOINT at PC={self.pc}]")
        elif op == 0x06:
            self.ints[:] = [0] * 256
            self.floats[:] = [0.0] * 256
            self.flags = 0
        elif op == 0x0C:
            self.push(ints[rd])
        elif op == 0x0D:
            ints[rd] = self.pop()
        elif op == 0x0E:
            self.accumulator = self.confidences[rd]
        elif op == 0x0F:
            self.confidences[rd] = self.accumulator
        elif op == 0x10:
            self.system(rd)
        elif op == 0x12:
            self.print(f"[DBG] R{rd} = {ints[rd]}")
        elif op == 0x18:
            ints[rd] = struct.unpack("b", bytes([rs1]))[0]
        elif op == 0x23:
            self.divisor(ints[rs2], "Division by zero")
            self.set_flagged(rd, quotient(ints[rs1], ints[rs2]))
        elif op == 0x24:
            self.divisor(ints[rs2], "Modulo by zero")
            self.set_flagged(rd, remainder(ints[rs1], ints[rs2]))
        elif op == 0x36:
            ints[rd] = to_int(floats[rs1])
        elif op == 0x37:
            floats[rd] = float(ints[rs1])
        elif op == 0x38:
            ints[rd] = self.load(wrap(ints[rs1] + ints[rs2]))
        elif op == 0x39:
            self.store(wrap(ints[rs1] + ints[rs2]), struct.pack("<i", ints[rd]))
        elif op == 0x3A:
            ints[rd] = ints[rs1]
        elif op == 0x3B:
            ints[rd], ints[rs1] = ints[rs1], ints[rd]
        elif op == 0x40:
            ints[rd] = imm
        elif op == 0x41:
            self.set_flagged(rd, ints[rd] + imm)
        elif op == 0x42:
            self.set_flagged(rd, ints[rd] - imm)
        elif op in (0x43, 0xE0):
            self.jump(imm)
        elif op == 0x44:
            ints[rd] = self.pc
            self.jump(imm)
        elif op in (0x45, 0xE5):
            self.push(self.pc)
            self.jump(imm)
        elif op == 0x46:
            ints[rd] = wrap(ints[rd] - 1)
            if ints[rd] > 0:
                self.jump(-imm)
        elif op == 0x48:
            ints[rd] = self.load(wrap(ints[rs1] + imm))
        elif op in (0x49, 0x4B):
            self.store(wrap(ints[rs1] + imm), struct.pack("<i", ints[rd]))
        elif op == 0x4A:
            ints[rd] = wrap(self.load(ints[rs1]) + imm)
        elif op == 0x4E:
            self.store(ints[rd], self.read(ints[rs1], imm))
        elif op == 0x4F:
            self.store(ints[rd], bytes([ints[rs1] & 255]) * imm)
        elif op == 0x65:
            ints[rd] = ints[rs1]
            self.confidences[rd] = self.confidences[rs1]
        elif op == 0x6E:
            self.confidences[rd] = (self.confidences[rs1] + self.confidences[rs2]) / 2
        elif op == 0x6F:
            chosen = rs1 if self.confidences[rs1] >= self.confidences[rs2] else rs2
            ints[rd] = ints[chosen]
            self.confidences[rd] = self.confidences[chosen]
        elif op == 0x90:
            ints[rd] = wrap(abs(ints[rs1]))
        elif 0xE1 <= op <= 0xE4:
            if CONDITIONS[op - 0xE1 + 0x3C](ints[rd]):
                self.jump(imm)
        elif op == 0xF5:
            self.print(f"[PANIC at PC={self.pc}]")
            self.halted = True
        elif op == 0xF7:
            ints[0] = 3
        elif op == 0xFF:
            self.print(" ".join(f"R{index}={ints[index]}" for index in range(4)))

    def set_flagged(self, register, value):
        result = wrap(value)
        self.ints[register] = result
        self.flags = 1 if result == 0 else 2 if result < 0 else 0

    def divisor(self, value, message):
        if value == 0:
            raise Trap("DivisionByZero", message)

    def confident(self, op, rd, rs1, rs2):
        compute, certainty = CONFIDENT[op]
        if op in (0x63, 0x64):
            self.divisor(self.ints[rs2], "Division by zero" if op == 0x63 else "Modulo by zero")
        certain = certainty(self.confidences[rs1], self.confidences[rs2])
        self.set_flagged(rd, compute(self.ints[rs1], self.ints[rs2]))
        self.confidences[rd] = certain

    def ask_host(self, op, rd):
        if self.host is None or not ("answer" in self.host or self.host.get("refuses")):
            raise Trap("NoHost")
        if self.host.get("refuses"):
            raise Trap("HostRefused")
        if op in ANSWERED:
            self.ints[rd] = self.host["answer"]

    def jump(self, distance):
        self.go(self.pc + distance)

    def go(self, target):
        if not 0 <= target <= len(self.code):
            raise Trap("InvalidJump", f"Jump outside the program: {target}")
        self.pc = target

    def push(self, value):
        if len(self.stack) >= self.depth_max:
            raise Trap("StackOverflow", "Stack overflow")
        self.stack.append(value)

    def pop(self):
        if not self.stack:
            raise Trap("StackUnderflow", "Stack underflow")
        return self.stack.pop()

    def outside(self, access, address):
        sign = "-" if address < 0 else ""
        text = f"Memory {access} out of bounds: {sign}0x{abs(address):x}"
        raise Trap("MemoryOutOfBounds", text)

    def read(self, address, count):
        if count > 0 and not (0 <= address and address + count <= MEMORY):
            self.outside("read", address if address < 0 else max(address, MEMORY))
        return bytes(self.memory[address : address + count]) if count > 0 else b""

    def load(self, address):
        return struct.unpack("<i", self.read(address, 4))[0]

    def store(self, address, data):
        for offset, byte in enumerate(data):
            if not 0 <= address + offset < MEMORY:
                self.outside("write", address + offset)
            self.memory[address + offset] = byte

    def print(self, text):
        if sum(map(len, self.output)) + len(text) > self.output_max:
            raise Trap("OutputOverflow")
        self.output.append(text)

    def system(self, number):
        ints = self.ints
        if number == 0:
            self.print(str(ints[0]))
        elif number == 1:
            self.print(chr(ints[0] & 255))
        elif number == 2:
            self.print(self.read(ints[0], ints[1]).decode("latin-1"))
        elif number == 3:
            shown = [f"R{index}={ints[index]}" for index in range(16) if ints[index] != 0]
            self.print(" ".join(shown) or "(all registers zero)")
        else:
            raise Trap("Unimplemented", f"Unimplemented: SYS {number}")


def same(expected, found, epsilon):
    expected = float(expected) if isinstance(expected, str) else expected
    if isinstance(found, float) and math.isnan(found):
        return math.isnan(expected)
    if epsilon and abs(expected - found) <= 1e-5:
        return True
    return expected == found and math.copysign(1, expected) == math.copysign(1, found)


def mistakes(vector):
    """What a run shows that its vector does not want."""
    machine = Machine(bytes.fromhex(vector["bytecode"]), vector.get("start", {}))
    ending, trap = machine.run()
    expect = vector["expect"]
    found = {"ending": ending, "flags": machine.flags, "steps": machine.cycles}
    found |= {"stack": machine.stack, "output": machine.output}
    wrong = [name for name in found if name in expect and expect[name] != found[name]]
    files = {"ints": machine.ints, "floats": machine.floats, "confidences": machine.confidences}
    for name, registers in files.items():
        for key, value in expect.get(name, {}).items():
            if not same(value, registers[int(key[1:])], expect.get("epsilon", False)):
                wrong.append(key)
    for segment in expect.get("memory", []):
        data = bytes.fromhex(segment["hex"])
        address = segment["address"]
        if machine.memory[address : address + len(data)] != data:
            wrong.append(f"memory at {address}")
    for key, value in expect.get("trap", {}).items():
        if trap is None or trap[0][key] != value:
            wrong.append(f"{key} of the trap")
    return wrong


def main():
    default = pathlib.Path(__file__).with_name("vectors-register.json")
    suite = json.loads(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else default).read_text())
    passed = 0
    for vector in suite["vectors"]:
        wrong = mistakes(vector)
        passed += not wrong
        if wrong:
            print(f"{vector['name']}: {', '.join(wrong)}")
    print(f"{passed} of {len(suite['vectors'])} passed")
    return 0 if passed == len(suite["vectors"]) else 1


if __name__ == "__main__":
    sys.exit(main())
