// The image data sets that tasks name in their settings.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/message.hpp"
#include "core/rng.hpp"
#include "lib/vision/judge/images.hpp"

namespace mls::vision {

struct DatasetSpec {
  /// "mnist", "fashion-mnist": 1 x 14 x 14, ten classes; packs of the same names.
  /// "emoji-10", "emoji-20", "emoji-100": scenes, 3 x 16 x 16; packs emoji-datasource-google and -twitter.
  /// Ten motifs of ten groups; all motifs labelled by group; all motifs.
  std::string name;
  int train = 0;
  int test = 0;
  /// Scenes only: training scenes show icons of one style, test scenes those of the other.
  bool other_style = false;
};

/// Path of a file of a pack.
using PackFile = std::function<std::filesystem::path(const std::string& pack, const std::string& file)>;

/// Draws images and a renaming of the classes, standardises. Throws bad_input for an unknown name.
[[nodiscard]] Dataset draw_dataset(const DatasetSpec& spec, const PackFile& file, Rng rng);

/// As tensors of a message: `train_x`, `test_x` f32 [count, channels, height, width], `train_y`, `test_y`
/// i64, and `classes`. The message views the data.
void add(Message& message, const Dataset& data);
[[nodiscard]] Dataset dataset_of(const Message& message);

}  // namespace mls::vision
