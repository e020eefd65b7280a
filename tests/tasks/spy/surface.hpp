// What the spy's methods say: the kind of the message with which it has seen enough ("finish" at the latest).
#pragma once

#include <string>

std::string spy_until();
