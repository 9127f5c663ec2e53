import { parseProcedures } from '../program/parse.ts';

/** Decimal digits in one limb: a product of two limbs with two carries still fits a word. */
export const LIMB_DIGITS = 4;
export const LIMB_BASE = 10_000;
/** Words of a block before its limbs. */
export const WIDE_HEADER_WORDS = 2;
/** A number below this multiplies and divides a wide number limb by limb without wrapping. */
export const SMALL_MAX = 200_000;

/**
 * Procedures over wide numbers: blocks of words `sign` (1 or -1, 1 for zero), `count`, then that
 * many limbs of four decimal digits, lowest first, the last never zero. Every argument but the
 * named small ones is the address of a block; the first is the result, and its block is large
 * enough because the compiler has bounded it.
 */
export const wideProcedures = parseProcedures(`
  wide_set(w, value) {
    w[0] = 1
    if value < 0 { w[0] = -1  value = 0 - value }
    n = 0
    while value > 0 {
      rest = value / 10000
      w[n + 2] = value - rest * 10000
      value = rest
      n = n + 1
    }
    w[1] = n
  }

  wide_copy(w, a) {
    n = a[1] + 2
    i = 0
    while i < n { w[i] = a[i]  i = i + 1 }
  }

  # Drops leading zero limbs from a count of n.
  wide_trim(w, n) {
    while (n > 0) & (w[n + 1] == 0) { n = n - 1 }
    w[1] = n
    if n == 0 { w[0] = 1 }
  }

  # -1, 0 or 1 by magnitude.
  wide_compare_size(a, b) {
    n = a[1]
    if n < b[1] { return -1 }
    if n > b[1] { return 1 }
    n = n + 1
    while n > 1 {
      x = a[n]
      y = b[n]
      if x < y { return -1 }
      if x > y { return 1 }
      n = n - 1
    }
    return 0
  }

  wide_compare(a, b) {
    if a[0] != b[0] { return a[0] }
    return a[0] * wide_compare_size(a, b)
  }

  # Magnitudes; w may be a or b.
  wide_add_size(w, a, b) {
    if a[1] < b[1] { swapped = a  a = b  b = swapped }
    n = a[1] + 2
    m = b[1] + 2
    carry = 0
    i = 2
    while i < n {
      t = a[i] + carry
      if i < m { t = t + b[i] }
      carry = 0
      if t >= 10000 { t = t - 10000  carry = 1 }
      w[i] = t
      i = i + 1
    }
    if carry { w[i] = 1  i = i + 1 }
    w[1] = i - 2
  }

  # Magnitudes with a at least b; w may be a or b.
  wide_subtract_size(w, a, b) {
    n = a[1] + 2
    m = b[1] + 2
    borrow = 0
    i = 2
    while i < n {
      t = a[i] - borrow
      if i < m { t = t - b[i] }
      borrow = 0
      if t < 0 { t = t + 10000  borrow = 1 }
      w[i] = t
      i = i + 1
    }
    wide_trim(w, i - 2)
  }

  # a + b with the sign of b given apart, so that it also subtracts; w may be a or b.
  wide_sum(w, a, b, sign) {
    own = a[0]
    if own == sign { w[0] = own  wide_add_size(w, a, b)  return 0 }
    if wide_compare_size(a, b) < 0 { w[0] = sign  wide_subtract_size(w, b, a)  return 0 }
    w[0] = own
    wide_subtract_size(w, a, b)
  }

  wide_add(w, a, b) { wide_sum(w, a, b, b[0]) }
  wide_subtract(w, a, b) { wide_sum(w, a, b, 0 - b[0]) }

  # w is neither a nor b.
  wide_multiply(w, a, b) {
    n = a[1] + 2
    m = b[1]
    i = n + m
    while i > 2 { i = i - 1  w[i] = 0 }
    digits = b + 8
    i = 2
    while i < n {
      x = a[i]
      row = w + 4 * i
      carry = 0
      j = 0
      while j < m {
        t = row[j] + x * digits[j] + carry
        carry = t / 10000
        row[j] = t - carry * 10000
        j = j + 1
      }
      row[m] = carry
      i = i + 1
    }
    w[0] = a[0] * b[0]
    wide_trim(w, n + m - 2)
  }

  # The multiplier is 0 to 200000; w may be a.
  wide_times_small(w, a, multiplier) {
    n = a[1] + 2
    carry = 0
    w[0] = a[0]
    i = 2
    while i < n {
      t = a[i] * multiplier + carry
      carry = t / 10000
      w[i] = t - carry * 10000
      i = i + 1
    }
    while carry > 0 {
      w[i] = carry % 10000
      carry = carry / 10000
      i = i + 1
    }
    wide_trim(w, i - 2)
  }

  # The divisor is 1 to 200000; truncates, answers the rest of the magnitude; w may be a.
  wide_over_small(w, a, divisor) {
    n = a[1]
    rest = 0
    w[0] = a[0]
    i = n + 1
    while i > 1 {
      t = rest * 10000 + a[i]
      q = t / divisor
      w[i] = q
      rest = t - q * divisor
      i = i - 1
    }
    wide_trim(w, n)
    return rest
  }

  # Truncating division (Knuth, TAOCP 4.3.1 D): q = a / b and r the rest with the sign of a. The
  # blocks q, r and s are scratch apart from a and b; r has a limb more than a, s as many as b.
  wide_divide(q, r, s, a, b) {
    m = b[1]
    if wide_compare_size(a, b) < 0 { wide_set(q, 0)  wide_copy(r, a)  return 0 }
    if m == 1 { wide_set(r, a[0] * wide_over_small(q, a, b[2]))  q[0] = a[0] * b[0]  return 0 }
    scale = 10000 / (b[m + 1] + 1)
    n = a[1]
    wide_times_small(r, a, scale)
    wide_times_small(s, b, scale)
    if r[1] == n { r[n + 2] = 0 }
    high = s[m + 1]
    next = s[m]
    j = n - m
    while j >= 0 {
      row = r + 4 * j
      top = row[m + 2] * 10000 + row[m + 1]
      digit = top / high
      rest = top - digit * high
      while (digit >= 10000) | ((rest < 10000) & (digit * next > rest * 10000 + row[m])) {
        digit = digit - 1
        rest = rest + high
      }
      if wide_take_away(row, s, digit) { digit = digit - 1  wide_give_back(row, s) }
      q[j + 2] = digit
      j = j - 1
    }
    wide_trim(r, m)
    q[0] = a[0] * b[0]
    wide_trim(q, n - m + 1)
    wide_over_small(r, r, scale)
    r[0] = a[0]
    wide_trim(r, r[1])
  }

  # row -= digit * s; answers the borrow left over.
  wide_take_away(row, s, digit) {
    m = s[1] + 2
    carry = 0
    i = 2
    while i < m {
      t = row[i] - digit * s[i] - carry
      carry = 0
      if t < 0 { carry = (9999 - t) / 10000  t = t + carry * 10000 }
      row[i] = t
      i = i + 1
    }
    t = row[i] - carry
    if t < 0 { row[i] = t + 10000  return 1 }
    row[i] = t
    return 0
  }

  wide_give_back(row, s) {
    m = s[1] + 2
    carry = 0
    i = 2
    while i < m {
      t = row[i] + s[i] + carry
      carry = 0
      if t >= 10000 { t = t - 10000  carry = 1 }
      row[i] = t
      i = i + 1
    }
    row[i] = (row[i] + carry) % 10000
  }

  # Division towards minus infinity, its rest with the sign of b; the blocks as for wide_divide, r
  # with room for b, and u one more for the number one.
  wide_floor(q, r, s, u, a, b) {
    wide_divide(q, r, s, a, b)
    if (r[1] != 0) & (r[0] != b[0]) {
      wide_add(r, r, b)
      wide_set(u, 1)
      wide_subtract(q, q, u)
    }
  }

  # |gcd|; a and b are destroyed, the result is in the block whose address it answers.
  wide_gcd(a, b, q, r, s) {
    while b[1] > 0 {
      wide_divide(q, r, s, a, b)
      spare = a  a = b  b = r  r = spare
    }
    a[0] = 1
    return a
  }

  # w = base ^ exponent, exponent a word; base is destroyed, t is scratch as large as w.
  wide_power(w, base, t, exponent) {
    wide_set(w, 1)
    while exponent > 0 {
      if exponent & 1 { wide_multiply(t, w, base)  wide_copy(w, t) }
      exponent = exponent >> 1
      if exponent > 0 { wide_multiply(t, base, base)  wide_copy(base, t) }
    }
  }

  wide_factorial(w, n) {
    wide_set(w, 1)
    while n > 1 { wide_times_small(w, w, n)  n = n - 1 }
  }

  # w = the n-th Fibonacci number; t is scratch as large as w.
  wide_fibonacci(w, t, n) {
    wide_set(w, 0)
    wide_set(t, 1)
    while n > 0 {
      wide_add(t, t, w)
      if n == 1 { wide_copy(w, t)  return 0 }
      wide_add(w, w, t)
      n = n - 2
    }
  }

  # w = floor of the square root of a, by Newton from a power of ten above it.
  wide_square_root(w, a, q, r, s) {
    wide_set(w, 0)
    if a[1] == 0 { return 0 }
    n = a[1] / 2 + 1
    w[1] = n + 1
    i = 0
    while i < n { w[i + 2] = 0  i = i + 1 }
    w[n + 2] = 1
    scope found {
      while 1 {
        wide_divide(q, r, s, a, w)
        wide_add(q, q, w)
        wide_over_small(q, q, 2)
        if wide_compare_size(q, w) >= 0 { leave found }
        wide_copy(w, q)
      }
    }
  }

  # w = base ^ exponent mod modulus, base from 0 below modulus; base and exponent are destroyed. t is
  # scratch for a product of two rests.
  wide_power_modulo(w, base, exponent, modulus, t, q, r, s) {
    wide_set(t, 1)
    wide_divide(q, w, s, t, modulus)
    while exponent[1] > 0 {
      if wide_over_small(exponent, exponent, 2) {
        wide_multiply(t, w, base)
        wide_divide(q, r, s, t, modulus)
        wide_copy(w, r)
      }
      wide_multiply(t, base, base)
      wide_divide(q, r, s, t, modulus)
      wide_copy(base, r)
    }
  }

  # Miller-Rabin with the bases 2 to 41, exact below 3.3e24 (Sorenson and Webster 2015); fails from
  # 10^24 on. All other blocks are scratch, t for a product of two rests.
  wide_is_prime(n, f, w, base, exponent, t, q, r, s) {
    if (n[0] < 0) | (n[1] == 0) { return 0 }
    if n[1] == 1 { return is_prime(n[2]) }
    if n[1] > 6 { fail too-large }
    p = 2
    while p < 42 {
      if is_prime(p) {
        if wide_over_small(q, n, p) == 0 { return 0 }
        if wide_is_witness(n, p, f, w, base, exponent, t, q, r, s) { return 0 }
      }
      p = p + 1
    }
    return 1
  }

  # Whether p proves n composite.
  wide_is_witness(n, p, f, w, base, exponent, t, q, r, s) {
    wide_set(q, 1)
    wide_subtract(f, n, q)
    wide_copy(exponent, f)
    twos = 0
    while exponent[2] % 2 == 0 { wide_over_small(exponent, exponent, 2)  twos = twos + 1 }
    wide_set(base, p)
    wide_power_modulo(w, base, exponent, n, t, q, r, s)
    if (w[1] == 1) & (w[2] == 1) { return 0 }
    while twos > 0 {
      if wide_compare(w, f) == 0 { return 0 }
      wide_multiply(t, w, w)
      wide_divide(q, w, s, t, n)
      twos = twos - 1
    }
    return 1
  }

  # The value as a word; fails when it does not fit.
  wide_word(a) {
    n = a[1]
    if n > 3 { fail too-large }
    if n == 3 {
      if a[4] > 21 { fail too-large }
      if (a[4] == 21) & (a[3] * 10000 + a[2] > 47483647) { fail too-large }
    }
    value = 0
    while n > 0 { value = value * 10000 + a[n + 1]  n = n - 1 }
    return a[0] * value
  }

  # To the answer: the limb count with the sign, then the limbs, highest first.
  wide_emit(a) {
    n = a[1]
    emit a[0] * n
    while n > 0 { emit a[n + 1]  n = n - 1 }
  }
`);
