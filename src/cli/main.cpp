#include "cli/program.hpp"

int main(int argc, char** argv) { return mls::cli::run(argc, argv); }
