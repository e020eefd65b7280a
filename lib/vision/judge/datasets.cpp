#include "lib/vision/judge/datasets.hpp"

#include <fmt/format.h>

#include <array>
#include <numeric>
#include <vector>

#include "core/error.hpp"
#include "core/files.hpp"
#include "lib/data/judge/idx.hpp"
#include "lib/data/judge/png.hpp"
#include "lib/vision/judge/scenes.hpp"

namespace mls::vision {
namespace {

constexpr int pool = 2;
constexpr std::size_t max_table_bytes = std::size_t{1} << 24;

LabelledImages sample_of(const PackFile& file, const std::string& pack, const std::string& prefix,
                         const std::string& suffix, int count, Rng rng) {
  return sample(data::read_idx(file(pack, prefix + "-images-idx3-ubyte" + suffix)),
                data::read_idx(file(pack, prefix + "-labels-idx1-ubyte" + suffix)), count, pool, rng);
}

Dataset grey(const DatasetSpec& spec, const PackFile& file, const std::string& suffix, const Rng& rng) {
  return {10, sample_of(file, spec.name, "train", suffix, spec.train, rng.split(0)),
          sample_of(file, spec.name, "t10k", suffix, spec.test, rng.split(1))};
}

/// Motifs and their labels.
struct Labelling {
  int classes = 0;
  std::vector<int> motifs;
  std::vector<int> labels;
};

Labelling labelling(int classes) {
  Labelling out{classes, {}, {}};
  if (classes == 10) {
    for (int k = 0; k < classes; ++k) {
      out.motifs.push_back(2 * k * Icons::per_group);
      out.labels.push_back(k);
    }
    return out;
  }
  for (int motif = 0; motif < Icons::groups * Icons::per_group; ++motif) {
    out.motifs.push_back(motif);
    out.labels.push_back(classes == Icons::groups ? motif / Icons::per_group : motif);
  }
  return out;
}

Dataset scenes_of(const DatasetSpec& spec, int classes, const PackFile& file, const Rng& rng) {
  const Icons icons(data::read_png(file("emoji-datasource-google", "32.png")),
                    data::read_png(file("emoji-datasource-twitter", "32.png")),
                    read_file(file("emoji-datasource-google", "emoji.json"), max_table_bytes));
  const Labelling labels = labelling(classes);
  const std::array both = {Style::noto, Style::twemoji};
  const std::span<const Style> train_styles = spec.other_style ? std::span(both).first(1) : std::span(both);
  const std::span<const Style> test_styles = spec.other_style ? std::span(both).last(1) : std::span(both);
  Rng train = rng.split(0);
  Rng test = rng.split(1);
  return {labels.classes, scenes(icons, labels.motifs, labels.labels, train_styles, spec.train, train),
          scenes(icons, labels.motifs, labels.labels, test_styles, spec.test, test)};
}

Dataset raw(const DatasetSpec& spec, const PackFile& file, const Rng& rng) {
  if (spec.name == "mnist") return grey(spec, file, "", rng);
  if (spec.name == "fashion-mnist") return grey(spec, file, ".gz", rng);
  for (const int classes : {10, 20, 100}) {
    if (spec.name == fmt::format("emoji-{}", classes)) return scenes_of(spec, classes, file, rng);
  }
  throw bad_input(fmt::format(
      "no data set '{}'; there are mnist, fashion-mnist, emoji-10, emoji-20, emoji-100", spec.name));
}

void add_part(Message& message, const std::string& part, const LabelledImages& images) {
  message.add(part + "_x", images.pixels,
              {static_cast<std::int64_t>(images.count()), images.size.channels, images.size.height,
               images.size.width});
  message.add(part + "_y", images.labels);
}

LabelledImages part_of(const Message& message, const std::string& part) {
  const TensorView& x = message.tensor(part + "_x");
  const auto pixels = message.values<float>(part + "_x");
  const auto labels = message.values<std::int64_t>(part + "_y");
  return {{static_cast<int>(x.shape.at(1)), static_cast<int>(x.shape.at(2)), static_cast<int>(x.shape.at(3))},
          {pixels.begin(), pixels.end()},
          {labels.begin(), labels.end()}};
}

}  // namespace

Dataset draw_dataset(const DatasetSpec& spec, const PackFile& file, Rng rng) {
  Dataset data = raw(spec, file, rng.split(0));
  Rng names = rng.split(1);
  permute_classes(data, names);
  standardise(data);
  return data;
}

void add(Message& message, const Dataset& data) {
  message.set("classes", data.classes);
  add_part(message, "train", data.train);
  add_part(message, "test", data.test);
}

Dataset dataset_of(const Message& message) {
  return {static_cast<int>(message.integer("classes")), part_of(message, "train"), part_of(message, "test")};
}

}  // namespace mls::vision
