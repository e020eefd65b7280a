// One function per file of verbs; each adds its verbs to the program.
#pragma once

#include "cli/program.hpp"

namespace mls::cli {

void add_catalogue(Program& program);    ///< tasks, show
void add_data(Program& program);         ///< packs, prepare
void add_workspace(Program& program);    ///< start, test, submit
void add_measurement(Program& program);  ///< eval, calibrate
void add_boards(Program& program);       ///< leaderboard, report, reindex
void add_compare(Program& program);      ///< compare
void add_doctor(Program& program);       ///< doctor
void add_quickstart(Program& program);   ///< quickstart
void add_bench(Program& program);        ///< bench
void add_qc(Program& program);           ///< qc, classics, published
void add_attacks(Program& program);      ///< attacks
void add_run(Program& program);          ///< run
void add_trial(Program& program);        ///< trace, replay
void add_mcp(Program& program);          ///< mcp
void add_new_task(Program& program);     ///< new-task

}  // namespace mls::cli
