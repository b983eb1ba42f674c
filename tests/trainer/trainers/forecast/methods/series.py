"""Where series are made whose future is known."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


_PASSENGERS = """
112 118 132 129 121 135 148 148 136 119 104 118
115 126 141 135 125 149 170 170 158 133 114 140
145 150 178 163 172 178 199 199 184 162 146 166
171 180 193 181 183 218 230 242 209 191 172 194
196 196 236 235 229 243 264 272 237 211 180 201
204 188 235 227 234 264 302 293 259 229 203 229
242 233 267 269 270 315 364 347 312 274 237 278
284 277 317 313 318 374 413 405 355 306 271 306
315 301 356 348 355 422 465 467 404 347 305 336
340 318 362 348 363 435 491 505 404 359 310 337
360 342 406 396 420 472 548 559 463 407 362 405
417 391 419 461 472 535 622 606 508 461 390 432
"""
AIR_PASSENGERS = np.array([float(each) for each in _PASSENGERS.split()])
"""Passengers in thousands, 1949 to 1960 (Box and Jenkins 1976, series G)."""


def line(steps: int, start: float = 10.0, rise: float = 2.0) -> Values:
    return start + rise * np.arange(steps)


def monthly(steps: int, level: float = 100.0) -> Values:
    """Twelve factors that repeat exactly."""
    factors = 1 + 0.3 * np.sin(2 * np.pi * np.arange(12) / 12)
    return level * np.resize(factors, steps)


def noisy(steps: int, seed: int, level: float = 100.0) -> Values:
    return level + np.random.default_rng(seed).normal(0, level / 20, steps)


def sparse(steps: int, seed: int, chance: float = 0.2) -> Values:
    random = np.random.default_rng(seed)
    return np.where(random.random(steps) < chance, random.integers(1, 6, steps), 0).astype(np.float64)
