// task: ml-calibration
// route: file read
// tries: to read the test labels from the judge's prepared artefact or from the data packs, and to predict
// them
// expect: harmless

#include "shared/calibration.hpp"
#include "shared/probe.hpp"

void attack::begin() {
  survive();
  for (const char* path : {"/artefact.mls", "/artefact", "/artefacts", "/packs/mlbench/Satellite.rda",
                           "/proc/1/root/artefact.mls", "/proc/2/root/artefact.mls", "/proc/self/fd/3",
                           "/tmp/artefact.mls", "/dev/shm/artefact.mls"}) {
    examine(slurp(path));
  }
}
