#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Print tail-reference.h: values the numerics are tested against.

    cd tests/unit/reference && ./make-tail-reference.py > tail-reference.h

Needs mpmath; takes a quarter of a minute. Nothing here shares a method with the
program: logarithms come from mpmath with 80 digits, tails are plain sums of
every term, in whole numbers scaled by 2^200, over the exact values of the
doubles given.
"""
from fractions import Fraction
import mpmath
from mpmath import mp, mpf

mp.dps = 80
SCALE = 200
ENOUGH = 130  # bits of a sum


def exact(x):
    return mpf(Fraction(x).numerator) / Fraction(x).denominator


def show(x):
    if x == mpf('-inf'):
        return '-INFINITY'
    if abs(x) < mpf('1e-306'):
        return '0.0'  # no double
    return mpmath.nstr(x, 20, min_fixed=-5, max_fixed=22)


def ln(x):
    return mpmath.log(x) if x > 0 else mpf('-inf')


def sum_up(ratio, k, last):
    """Sum of f(j)/f(k), j = k..last; ratio(j) is f(j+1)/f(j), (num, den)."""
    t = total = 1 << SCALE
    j = k
    while j != last and t > total >> ENOUGH:
        num, den = ratio(j)
        t = t * num // den
        total += t
        j += 1
    return mpf(total) / (1 << SCALE)


def sum_down(ratio, k):
    t = total = 1 << SCALE
    j = k
    while j > 0 and t > total >> ENOUGH:
        num, den = ratio(j - 1)
        t = t * den // num
        total += t
        j -= 1
    return mpf(total) / (1 << SCALE)


def tail(lnf, ratio, k, last, up):
    f = mpmath.exp(lnf)
    if up:
        upper = f * sum_up(ratio, k, last)
        above = upper - f
        if k == last:
            above = mpf(0)
    else:
        above = 1 - f * sum_down(ratio, k)
        upper = above + f
    return ln(upper), ln(above), ln(above + f / 2)


def beta_binomial(k, n, a, b):
    A, B = Fraction(a), Fraction(b)
    D = A.denominator * B.denominator
    An, Bn = int(A * D), int(B * D)
    x, y = exact(a), exact(b)
    lg = mpmath.loggamma
    lnf = (lg(n + 1) - lg(k + 1) - lg(n - k + 1) + lg(k + x) + lg(n - k + y)
           - lg(n + x + y) - lg(x) - lg(y) + lg(x + y))

    def ratio(j):
        return (n - j) * (An + j * D), (j + 1) * ((n - j - 1) * D + Bn)
    return (lnf,) + tail(lnf, ratio, k, n, k > n * x / (x + y))


def neg_binomial(k, mean, size):
    m, r = exact(mean), exact(size)
    R, Q = Fraction(size), Fraction(mean) / (Fraction(mean) + Fraction(size))
    D = R.denominator
    num, den = Q.numerator, Q.denominator * D
    Rn = int(R * D)
    lg = mpmath.loggamma
    lnf = (lg(k + r) - lg(r) - lg(k + 1) - r * mpmath.log1p(m / r)
           + k * mpmath.log(m / (m + r)))

    def ratio(j):
        return (j * D + Rn) * num, (j + 1) * den
    # too long a sum upwards where the size is tiny
    return (lnf,) + tail(lnf, ratio, k, None,
                         k > m and not (k < 100 and m > 1e6 * r))


def binomial(k, n, p):
    P = Fraction(p)
    u, v = P.numerator, P.denominator - P.numerator
    x = exact(p)
    lg = mpmath.loggamma
    lnf = (lg(n + 1) - lg(k + 1) - lg(n - k + 1) + k * mpmath.log(x)
           + (n - k) * mpmath.log1p(-x))

    def ratio(j):
        return (n - j) * u, (j + 1) * v
    return (lnf,) + tail(lnf, ratio, k, n, k > n * x)


def poisson(k, mean):
    M = Fraction(mean)
    x = exact(mean)
    lnf = k * mpmath.log(x) - x - mpmath.loggamma(k + 1)

    def ratio(j):
        return M.numerator, (j + 1) * M.denominator
    return (lnf,) + tail(lnf, ratio, k, None, k > x)


BETA_BINOMIAL = [
    # small: every shape, ends, middle
    (0, 10, 2.0, 3.0), (3, 10, 2.0, 3.0), (5, 10, 2.0, 3.0),
    (10, 10, 2.0, 3.0), (1, 1, 0.5, 0.5), (0, 1, 1e-9, 1.0),
    (7, 7, 1.0, 1.0), (4, 9, 0.3, 0.2), (1, 9, 0.3, 0.2), (9, 9, 0.3, 0.2),
    (3, 10, 1e-9, 1e-9), (10, 10, 1e-9, 1e-9), (1, 10, 1e-9, 1e12),
    (5, 10, 1e12, 1e12), (10, 10, 1e12, 1e12), (10, 10, 1e-9, 1e12),
    (2, 30, 1e-3, 20.0), (29, 30, 5.0, 1e-3), (0, 30, 1e-9, 1.0),
    # ordinary users
    (12, 120, 3.0, 97.0), (40, 1000, 1.0, 99.0), (100, 1000, 1.0, 99.0),
    (300, 1000, 1.0, 99.0), (10, 1000, 1.0, 99.0), (5, 1000, 1.0, 99.0),
    (900, 1000, 5.0, 95.0), (1000, 1000, 5.0, 95.0), (999, 1000, 50.0, 950.0),
    (200, 1000, 1e6, 9e6), (130, 1000, 1e8, 9e8), (990, 1000, 1e12, 1.0),
    (3, 1000, 0.01, 3.0), (700, 1000, 0.01, 3.0), (1, 1000, 1e-4, 1.0),
    # deep: about 1e-50, 1e-500, 1e-5000, 1e-30000, 1e-100000
    (450, 1000, 5.0, 95.0), (9500, 10000, 10.0, 9990.0),
    (40000, 100000, 100.0, 9900.0), (80000, 100000, 1e6, 99e6),
    (100000, 100000, 1e11, 9e11), (99000, 100000, 1e11, 9e11),
    (5000, 1000000, 2e8, 999.8e9), (60000, 1000000, 3e4, 97e4),
    # long and broad
    (12000, 100000, 10.0, 90.0), (20000, 100000, 10.0, 90.0),
    (9000, 100000, 10.0, 90.0), (10001, 100000, 1.0, 9.0),
    (50000, 100000, 0.5, 0.5), (20000, 100000, 0.1, 0.7),
    (99000, 100000, 0.01, 0.02), (70000, 100000, 3.0, 0.05),
    (100, 100000, 0.05, 5.0), (60000, 100000, 0.05, 5.0),
    (500000, 1000000, 1.5, 2.5), (5, 1000000, 1e-7, 1.0),
    (3, 100000, 1e-9, 2e-4), (3, 100000000, 1e-7, 1.0),
    (250000, 1000000, 300.0, 900.0), (300000, 1000000, 300.0, 900.0),
    (1000300, 10000000, 1e7, 9e7), (1020000, 10000000, 1e5, 9e5),
    (5000000, 10000000, 0.7, 0.4),
]
NEG_BINOMIAL = [
    (0, 3.0, 2.0), (3, 3.0, 2.0), (40, 3.0, 2.0), (1, 1e-9, 5.0),
    (2, 0.1, 1e-9), (0, 5.0, 1e-9), (2, 5.0, 1e-9),
    (1000, 5.0, 1e-3), (7, 2.0, 1e9),
    (7, 2.0, 1e15), (400, 100.0, 1e12), (150, 100.0, 20.0), (2000, 100.0, 20.0),
    (100000, 100.0, 20.0), (300, 1000.0, 5.0), (900, 1000.0, 5.0),
    (20000, 1000.0, 5.0), (120000, 100000.0, 3.0), (1000000, 100000.0, 3.0),
    (105000, 100000.0, 1e5), (300000, 10000.0, 0.2), (5000, 10000.0, 0.2),
    (10, 10000.0, 0.01), (400000, 200000.0, 4.0), (1010000, 1000000.0, 1e8),
]
BINOMIAL = [
    (0, 10, 0.3), (3, 10, 0.3), (10, 10, 0.3), (5, 10, 1e-9), (10, 10, 0.999),
    (150, 1000, 0.1), (600, 1000, 0.1), (90, 1000, 0.1), (990, 1000, 1e-5),
    (50400, 100000, 0.5), (60000, 100000, 0.5), (49000, 100000, 0.5),
    (100000, 100000, 0.05), (1000, 1000000, 1e-3), (1200, 1000000, 1e-3),
    (502000, 1000000, 0.5), (2500000, 10000000, 0.249), (900000, 1000000, 0.01),
    (5002000, 10000000, 0.5),
]
POISSON = [
    (0, 0.5), (1, 1e-9), (5, 2.5), (100, 2.5), (90, 100.0), (150, 100.0),
    (1000, 100.0), (100500, 100000.0), (99000, 100000.0), (1005000, 1e6),
    (20000, 0.001), (200000, 1000.0),
]


# -ln p
FISHER = {
    1: [(0.0,), (1e-9,), (3.0,), (34.0,), (35.0,), (1e5,)],
    2: [(0.5, 0.1), (2.0, 3.0), (50.0, 0.1), (1e5, 2e5), (0.01, 0.0)],
    3: [(7.0, 6.0, 0.2), (40.0, 1.0, 1.0), (1200.0, 3.0, 0.5)],
    8: [(1.0, 0.5, 0.1, 2.0, 0.7, 0.3, 1.1, 0.2),
        (10.0, 20.0, 30.0, 5.0, 6.0, 7.0, 8.0, 9.0)],
}


def table(name, types, rows, f):
    print('\nstatic const struct {\n\t%s;\n\tdouble ln_pmf, ln_upper, ln_above,'
          ' ln_mid;\n} %s[] = {' % (';\n\t'.join(types), name))
    for row in rows:
        print('\t{ %s,\n\t\t%s },' % (
            ', '.join(repr(x) for x in row),
            ',\n\t\t'.join(show(x) for x in f(*row))))
    print('};')


def numbers(name, fields, rows, f):
    print('\nstatic const struct {\n\tdouble %s, value;\n} %s[] = {'
          % (', '.join(fields), name))
    open_, close = ('{ ', ' }') if '[' in fields[0] else ('', '')
    for row in rows:
        print('\t{ %s%s%s,\n\t\t%s },' % (
            open_, ', '.join(repr(x) for x in row), close,
            show(f(*[exact(x) for x in row]))))
    print('};')


def fisher(*y):
    x = mpmath.fsum(y)
    return ln(mpmath.gammainc(len(y), x, regularized=True))


def cauchy(*y):
    t = mpf(0)
    for v in y:
        p = min(mpmath.exp(-v), mpf(1) / 2)
        t += mpmath.cot(p * mp.pi) / len(y)
    if t == 0:
        return ln(mpf(1) / 2)
    return ln(mpmath.atan(1 / t) / mp.pi)


def normal(z):
    if z < 0:
        return mpmath.log1p(-mpmath.erfc(-z / mpmath.sqrt(2)) / 2)
    if z < 100:
        return ln(mpmath.erfc(z / mpmath.sqrt(2)) / 2)
    y = 1 / z ** 2  # asymptotic: the next term is below 1e-40
    series = 1 + sum(mpmath.fac2(2 * i - 1) * (-y) ** i for i in range(1, 12))
    return -z * z / 2 - ln(z * mpmath.sqrt(2 * mp.pi)) + ln(series)


def main():
    print('/* SPDX-License-Identifier: Apache-2.0 */\n'
          '/* Written by make-tail-reference.py (mpmath); do not edit. */\n'
          '#ifndef QUIS_TESTS_TAIL_REFERENCE_H\n'
          '#define QUIS_TESTS_TAIL_REFERENCE_H\n\n'
          '#include "base/base.h"')
    shares = ['uint64_t k, n', 'double a, b']
    table('reference_beta_binomial', shares, BETA_BINOMIAL, beta_binomial)
    table('reference_neg_binomial', ['uint64_t x', 'double mean, size'],
          NEG_BINOMIAL, neg_binomial)
    table('reference_binomial', ['uint64_t k, n', 'double p'], BINOMIAL,
          binomial)
    table('reference_poisson', ['uint64_t x', 'double mean'], POISSON, poisson)
    lg = mpmath.loggamma
    numbers('reference_ln_gamma', ['x'], [
        (1e-9,), (0.1,), (0.999999,), (1.5,), (2.000001,), (10.5,), (1e5,),
        (1e12,)], lg)
    numbers('reference_ln_rising', ['a', 'n'], [
        (1e-9, 1.0), (1e-9, 1e9), (0.5, 3.0), (3.0, 1e9), (9.99, 1e5),
        (10.0, 1.0), (14.0, 0.25), (100.0, 1e9), (1e5, 7.0), (1e6, 1e6),
        (1e9, 1e9), (1e12, 1.0), (1e12, 1e-6), (1e12, 1000.0), (1e12, 1e9)],
        lambda a, n: lg(a + n) - lg(a))
    numbers('reference_ln_beta', ['a', 'b'], [
        (1e-9, 1e-9), (1e-300, 5.0), (1e-9, 1e12), (0.5, 0.5), (9.5, 10.5),
        (12.0, 1e6), (1e6, 12.0), (1e12, 1e12), (11.0, 1e15), (3.0, 1e15)],
        lambda a, b: lg(a) + lg(b) - lg(a + b))
    numbers('reference_ln_choose', ['n', 'k'], [
        (5.0, 2.0), (60.0, 30.0), (1e8, 1.0), (1e8, 5e7), (1e8, 99999999.0),
        (1e12, 3.0), (10.5, 0.25)],
        lambda n, k: lg(n + 1) - lg(k + 1) - lg(n - k + 1))
    numbers('reference_stirling_error', ['x'], [
        (1e-9,), (0.5,), (1.0,), (14.99,), (15.0,), (100.0,), (1e12,)],
        lambda x: lg(x + 1) - (x + 0.5) * mpmath.log(x) + x
        - mpmath.log(2 * mp.pi) / 2)
    numbers('reference_normal', ['z'], [
        (-40.0,), (-8.0,), (-1.0,), (0.0,), (1.0,), (5.0,), (19.99,), (20.0,),
        (30.0,), (38.0,), (1000.0,), (1e6,)], normal)
    numbers('reference_one_minus', ['l'], [
        (-1e-20,), (-1e-9,), (-0.5,), (-0.6931471805599453,), (-0.7,),
        (-5.0,), (-50.0,), (-700.0,), (-1e5,)],
        lambda l: mpmath.log1p(-mpmath.exp(l)) if l < -1
        else ln(-mpmath.expm1(l)))
    for n, rows in FISHER.items():
        numbers('reference_fisher_%d' % n, ['y[%d]' % n], rows, fisher)
        numbers('reference_cauchy_%d' % n, ['y[%d]' % n], rows, cauchy)
    print('\n#endif')


main()
