import { parseProcedures } from '../program/parse.ts';

/**
 * Procedures over numbers that fit a word. None forms a product or sum above its arguments without
 * the bound that makes it fit, so none wraps.
 */
export const wordProcedures = parseProcedures(`
  gcd(a, b) {
    while b != 0 { rest = a % b  a = b  b = rest }
    if a < 0 { return 0 - a }
    return a
  }

  # The caller has bounded the result.
  power(base, exponent) {
    result = 1
    while exponent > 0 { result = result * base  exponent = exponent - 1 }
    return result
  }

  # Right while modulus is at most 46341, so that a product of two rests fits.
  power_modulo(base, exponent, modulus) {
    base = base % modulus
    result = 1 % modulus
    while exponent > 0 {
      if exponent & 1 { result = result * base % modulus }
      base = base * base % modulus
      exponent = exponent >> 1
    }
    return result
  }

  factorial(n) {
    product = 1
    while n > 1 { product = product * n  n = n - 1 }
    return product
  }

  fibonacci(n) {
    a = 0  b = 1
    while n > 0 { next = a + b  a = b  b = next  n = n - 1 }
    return a
  }

  # Newton from above; n / x keeps every sum inside a word.
  square_root(n) {
    if n < 2 { return n }
    x = n / 2 + 1
    y = (x + n / x) / 2
    while y < x { x = y  y = (x + n / x) / 2 }
    return x
  }

  # Divisors of the form 6k - 1 and 6k + 1; n / d instead of d * d, which could wrap.
  is_prime(n) {
    if n < 4 { return n > 1 }
    if n % 2 == 0 { return 0 }
    if n % 3 == 0 { return 0 }
    d = 5
    while d <= n / d {
      if n % d == 0 { return 0 }
      if n % (d + 2) == 0 { return 0 }
      d = d + 6
    }
    return 1
  }

  totient(n) {
    if n < 1 { return 0 }
    count = n
    p = 2
    while p <= n / p {
      if n % p == 0 {
        while n % p == 0 { n = n / p }
        count = count - count / p
      }
      p = p + 1
    }
    if n > 1 { count = count - count / n }
    return count
  }

  # One bit for each odd number up to the limit, set when it is composite: bit k of word w
  # stands for 2 * (32 * w + k) + 1.
  sieve(marks, limit) {
    w = 0
    while w <= limit >> 6 { marks[w] = 0  w = w + 1 }
    p = 3
    while p <= limit / p {
      half = p >> 1
      if (marks[half >> 5] >> (half & 31) & 1) == 0 {
        half = p * p >> 1
        while half <= (limit - 1) >> 1 {
          w = half >> 5
          marks[w] = marks[w] | (1 << (half & 31))
          half = half + p
        }
      }
      p = p + 2
    }
  }

  sort(items, count) {
    i = 1
    while i < count {
      item = items[i]
      j = i
      scope sift {
        while j > 0 {
          if items[j - 1] <= item { leave sift }
          items[j] = items[j - 1]
          j = j - 1
        }
      }
      items[j] = item
      i = i + 1
    }
  }
`);
