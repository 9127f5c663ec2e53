/** The five loops every FLUX machine is measured on, with the same work in C and in Python. */
export interface Kernel {
  readonly name: string;
  /** How often the loop runs: the argument of the C and Python functions and of the program. */
  readonly rounds: number;
  /** Rounds for Python, which would take minutes with the others. */
  readonly pythonRounds: number;
  /** The body of `int32_t kernel(int32_t n)`; sums wrap to 32 bits as on the machines. */
  readonly c: string;
  /** The body of `def kernel(n)`, indented by four. */
  readonly python: string;
}

const wrap = '((x + 0x80000000) & 0xFFFFFFFF) - 0x80000000';

export const kernels: readonly Kernel[] = [
  {
    name: 'sum',
    rounds: 200_000_000,
    pythonRounds: 1_000_000,
    // The barrier keeps the compiler from replacing the loop by a formula.
    c: 'uint32_t s = 0; for (; n; n--) { s += n; __asm__ volatile("" : "+r"(s)); } return s;',
    python: `
    s = 0
    while n:
        s += n
        n -= 1
    x = s
    return ${wrap}`,
  },
  {
    name: 'fib',
    rounds: 100_000_000,
    pythonRounds: 1_000_000,
    c: `uint32_t a = 0, b = 1;
    for (; n; n--) { uint32_t t = a + b; a = b; b = t; __asm__ volatile("" : "+r"(b)); }
    return a;`,
    python: `
    a, b = 0, 1
    while n:
        a, b = b, (a + b) & 0xFFFFFFFF
        n -= 1
    x = a
    return ${wrap}`,
  },
  {
    name: 'sieve',
    rounds: 3000,
    pythonRounds: 20,
    c: `static int32_t flags[12000]; int32_t count = 0;
    for (; n; n--) {
      count = 0;
      for (int i = 0; i < 12000; i++) flags[i] = 0;
      __asm__ volatile("" ::: "memory");
      for (int i = 2; i < 12000; i++) {
        if (flags[i]) continue;
        count++;
        for (int k = i * i; k < 12000; k += i) flags[k] = 1;
      }
    }
    return count;`,
    python: `
    while n:
        flags = [0] * 12000
        count = 0
        for i in range(2, 12000):
            if flags[i]: continue
            count += 1
            k = i * i
            while k < 12000:
                flags[k] = 1
                k += i
        n -= 1
    return count`,
  },
  {
    name: 'matrix',
    rounds: 3000,
    pythonRounds: 20,
    c: `static int32_t a[24][24], b[24][24], c[24][24]; uint32_t sum = 0;
    for (int i = 0; i < 24; i++) for (int j = 0; j < 24; j++) { a[i][j] = i + j; b[i][j] = i - j; }
    for (; n; n--) {
      __asm__ volatile("" ::: "memory");
      for (int i = 0; i < 24; i++) for (int j = 0; j < 24; j++) {
        uint32_t dot = 0;
        for (int k = 0; k < 24; k++) dot += (uint32_t)a[i][k] * (uint32_t)b[k][j];
        c[i][j] = dot;
        sum += dot;
      }
    }
    return sum;`,
    python: `
    a = [[i + j for j in range(24)] for i in range(24)]
    b = [[i - j for j in range(24)] for i in range(24)]
    c = [[0] * 24 for _ in range(24)]
    x = 0
    while n:
        for i in range(24):
            for j in range(24):
                dot = 0
                for k in range(24):
                    dot += a[i][k] * b[k][j]
                c[i][j] = dot
                x += dot
        n -= 1
    return ${wrap}`,
  },
  {
    name: 'sort',
    rounds: 1500,
    pythonRounds: 10,
    c: `static int32_t v[500]; uint32_t seed = 1, sum = 0;
    for (; n; n--) {
      for (int i = 0; i < 500; i++) {
        seed = seed * 1103515245u + 12345u;
        v[i] = ((int32_t)seed >> 16) & 0x7fff;
      }
      for (int i = 1; i < 500; i++) {
        int32_t key = v[i]; int j = i;
        while (j > 0 && v[j - 1] > key) { v[j] = v[j - 1]; j--; }
        v[j] = key;
      }
      sum += v[250];
    }
    return sum;`,
    python: `
    seed, x = 1, 0
    while n:
        v = []
        for i in range(500):
            seed = (seed * 1103515245 + 12345) & 0xFFFFFFFF
            v.append((seed >> 16) & 0x7fff)
        for i in range(1, 500):
            key = v[i]
            j = i
            while j > 0 and v[j - 1] > key:
                v[j] = v[j - 1]
                j -= 1
            v[j] = key
        x += v[250]
        n -= 1
    return ${wrap}`,
  },
];
