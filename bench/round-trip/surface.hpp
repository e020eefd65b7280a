// The benchmark's own "task": measures what a conversation between judge and host costs, with a method that
// does nothing.
#pragma once

void nothing();
