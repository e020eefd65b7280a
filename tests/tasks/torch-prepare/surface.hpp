// A test's "task": say what a curve, which the judge has learned beforehand, is at x.
#pragma once

double answer(double x);
