// task: ml-calibration
// route: compile-time leaks
// tries: to embed the judge's artefact, the data packs or the random device where they are there
// expect: harmless

#include "shared/calibration.hpp"

namespace {
constexpr unsigned char stolen[] = {
#if defined(__has_embed)
#if __has_embed("/artefact.mls")
#embed "/artefact.mls"
    ,
#endif
#if __has_embed("/packs/mlbench/Satellite.rda")
#embed "/packs/mlbench/Satellite.rda"
    ,
#endif
#if __has_embed("/dev/urandom" limit(8))
#embed "/dev/urandom" limit(8)
    ,
#endif
#endif
    0};
}  // namespace

void attack::begin() { examine({reinterpret_cast<const char*>(stolen), sizeof stolen}); }
