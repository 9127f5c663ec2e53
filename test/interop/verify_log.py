"""Verifies a home's log from docs/format.md alone: python3 verify_log.py <home>

Written against the page, not against the program: it shares no code with it and needs nothing but
Python's standard library. Prints what it counted, or each fault with its place; exit code 1 on a fault.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

# Ed25519, RFC 8032 section 5.1.7 and its appendix.
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def x_of(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def point_of(data):
    number = int.from_bytes(data, "little")
    y = number & ((1 << 255) - 1)
    x = x_of(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (x_of(BASE_Y, 0), BASE_Y, 1, x_of(BASE_Y, 0) * BASE_Y % P)


def is_signed(public, message, signature):
    a, r = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q or len(signature) != 64:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    left, right = times(s, BASE), add(r, times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


# Canonical text, RFC 8785 with the tags of the page.


def number_text(value):
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    digits, exponent = f"{value!r}".lower(), 0
    if "e" in digits:
        digits, power = digits.split("e")
        exponent = int(power)
    sign = "-" if digits.startswith("-") else ""
    whole, _, rest = digits.lstrip("-").partition(".")
    point = len(whole) + exponent
    plain = (whole + rest).lstrip("0")
    point -= len(whole + rest) - len(plain)
    plain = plain.rstrip("0")
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{plain}"
    if 0 < point <= 21:
        return f"{sign}{plain[:point]}.{plain[point:]}" if len(plain) > point else sign + plain.ljust(point, "0")
    mantissa = plain[0] + ("." + plain[1:] if len(plain) > 1 else "")
    return f"{sign}{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"


INSTANT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z"
TAGS = {
    "$int": lambda t: re.fullmatch(r"-?[1-9][0-9]{15,999}", t) and abs(int(t)) > 2**53 - 1,
    "$bytes": lambda t: base64.b64encode(base64.b64decode(t)).decode() == t,
    "$inst": lambda t: re.fullmatch(INSTANT, t),
    "$ref": lambda t: re.fullmatch(r"[a-z][a-z0-9-]*:[^\x00-\x1f\x7f]+", t),
}


def canonical(value):
    if isinstance(value, dict):
        if len(value) == 1:
            ((key, text),) = value.items()
            if key in TAGS and not (isinstance(text, str) and TAGS[key](text)):
                raise ValueError(f"{key} is not in its one form")
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_text(value)
    return json.dumps(value, ensure_ascii=False)


# Checking a log, step by step as the page numbers them.

FORM = re.compile(rb'\{"sig":"([0-9a-f]{128})","tx":(.*)\}', re.DOTALL)
KEYS = {"v", "writer", "seq", "prev", "parents", "at", "by", "why", "facts", "blobs"}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Log:
    def __init__(self, home):
        self.datum = Path(home) / ".datum"
        self.faults = []
        self.chains = {}
        self.keys = {}

    def fault(self, place, what):
        self.faults.append(f"{place}: {what}")

    def read_writer(self, writer):
        text = (self.datum / "keys" / f"{writer}.pub").read_bytes()
        public = bytes.fromhex(text[:64].decode())
        if not re.fullmatch(rb"[0-9a-f]{64}\n", text) or sha256(public)[:32] != writer:
            self.fault(f"keys/{writer}.pub", "not the writer's key")
        self.keys[writer] = public
        self.chains[writer] = []
        segments = sorted((self.datum / "log" / writer).iterdir())
        for number, path in enumerate(segments, 1):
            lines = path.read_bytes().split(b"\n")
            if path.name != f"{number:06}.jsonl" or (lines[-1] and number < len(segments)):
                return self.fault(path, "a gap")
            for line in lines[:-1]:
                if not self.read_line(writer, line, path):
                    return None

    def read_line(self, writer, line, path):
        chain = self.chains[writer]
        place = f"{path} transaction {len(chain) + 1}"
        form = FORM.fullmatch(line)
        if form is None:
            return self.fault(place, "not a line")
        signature, raw = bytes.fromhex(form[1].decode()), form[2]
        tx = json.loads(raw)
        if canonical(tx).encode() != raw or not KEYS <= set(tx) <= KEYS | {"if", "branch"}:
            return self.fault(place, "not canonical")
        before = chain[-1]["id"] if chain else None
        if (tx["v"], tx["writer"], tx["seq"], tx["prev"]) != (1, writer, len(chain) + 1, before):
            return self.fault(place, "it does not continue the line before")
        tx["id"] = sha256(raw)
        if not is_signed(self.keys[writer], bytes.fromhex(tx["id"]), signature):
            self.fault(place, "its signature does not hold")
        chain.append(tx)
        return True

    def check_parents(self):
        known = {tx["id"]: tx for chain in self.chains.values() for tx in chain}
        for tx in known.values():
            for parent in tx["parents"] + ([tx["prev"]] if tx["prev"] else []):
                if parent not in known or known[parent]["at"] >= tx["at"]:
                    self.fault(tx["id"], f"parent {parent} is missing or later")
        return known

    def check_blobs(self, known):
        present = {path.name: path for path in (self.datum / "blobs").rglob("*") if path.is_file()}
        for name, path in present.items():
            if sha256(path.read_bytes()) != name:
                self.fault(path, "not what its name says")
        erased = {f["v"] for tx in known.values() for f in tx["facts"] if f["a"] == "erasure/blob"}
        for tx in known.values():
            for blob in tx["blobs"]:
                if blob["keep"] != "local" and blob["hash"] not in present.keys() | erased:
                    self.fault(tx["id"], f"blob {blob['hash']} is missing")
        return len(present)

    def check_checkpoint(self, writer, path, home):
        text, _, signed = path.read_text().partition("\n\n")
        origin, size, root = text.split("\n")
        name = f"datum/{home}/{writer}"
        note = base64.b64decode(signed.removeprefix(f"— {name} ").rstrip("\n"))
        hint = hashlib.sha256(name.encode() + b"\n\x01" + self.keys[writer]).digest()[:4]
        ids = [bytes.fromhex(tx["id"]) for tx in self.chains[writer][: int(size)]]
        holds = (
            origin == name
            and path.name == size == str(len(ids))
            and base64.b64encode(tree(ids)).decode() == root
            and note[:4] == hint
            and is_signed(self.keys[writer], f"{text}\n".encode(), note[4:])
        )
        if not holds:
            self.fault(path, "the checkpoint does not hold")


def tree(leaves):
    """RFC 6962 section 2.1."""
    if len(leaves) == 0:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + tree(leaves[:split]) + tree(leaves[split:])).digest()


def main(home):
    log = Log(home)
    for folder in sorted((log.datum / "log").iterdir()):
        log.read_writer(folder.name)
    known = log.check_parents()
    blobs = log.check_blobs(known)
    first = next(c[0]["id"] for c in log.chains.values() if c and not c[0]["parents"])
    checkpoints = sorted((log.datum / "checkpoints").glob("*/*"))
    for path in checkpoints:
        log.check_checkpoint(path.parent.name, path, first)
    print("\n".join(log.faults) or json.dumps(
        {"writers": len(log.chains), "transactions": len(known), "blobs": blobs, "checkpoints": len(checkpoints)}
    ))
    return 1 if log.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
