#include "store/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>
#include <random>

#include "core/error.hpp"
#include "core/files.hpp"

namespace mls::store {
namespace {

constexpr int result_format = 1;
constexpr std::size_t max_result_bytes = std::size_t{64} << 20;
constexpr std::size_t max_events_bytes = std::size_t{64} << 20;
constexpr std::size_t max_label_bytes = 60;

std::string formatted_now(const char* format) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

// Names only have to differ between processes; nothing scientific depends on them.
std::string random_suffix() {
  std::random_device device;
  return fmt::format("{:08x}", device());
}

template <typename T>
T field(const Json& json, const char* name) {
  if (!json.is_object() || !json.contains(name))
    throw bad_input(fmt::format("field \"{}\" is missing", name));
  const Json& value = json.at(name);
  const auto wrong = [&] {
    return bad_input(fmt::format("field \"{}\" has the wrong type: {}", name, value.dump().substr(0, 60)));
  };
  if (std::is_same_v<T, int> && !is_int(value)) throw wrong();
  try {
    return value.get<T>();
  } catch (const Json::exception&) {
    throw wrong();
  }
}

/// As field<Json>, without a copy: a result is large.
const Json& part(const Json& json, const char* name) {
  if (!json.is_object() || !json.contains(name))
    throw bad_input(fmt::format("field \"{}\" is missing", name));
  return json.at(name);
}

double finite_field(const Json& json, const char* name) {
  const auto value = field<double>(json, name);
  if (!std::isfinite(value)) throw bad_input(fmt::format("field \"{}\" is not finite", name));
  return value;
}

Json json_of_result(std::string_view bytes) {
  try {
    return parse_json(bytes);
  } catch (const Error& error) {
    throw bad_input(fmt::format("not the JSON of a result ({} bytes): {}", bytes.size(), error.what()));
  }
}

std::optional<Json> event_of(std::string_view line) {
  try {
    Json event = parse_json(line);
    if (event.is_object() && event.contains("event")) return event;
    return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // torn by a crash
  }
}

// Length of the well-formed UTF-8 sequence at the start of `text`, 0 when there is none.
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xc2 && first < 0xe0 ? 2
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xf0 && first < 0xf5 ? 4
                                                             : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

std::string utc_now() { return formatted_now("%Y-%m-%dT%H:%M:%SZ"); }

std::filesystem::path runs_folder(const std::filesystem::path& home) { return home / "runs"; }

void check_label(std::string_view label) {
  const auto refuse = [&](const std::string& why) {
    return usage_error(
        fmt::format("the label {}: write 1 to {} characters beginning with a letter or digit, e.g. --name "
                    "my-method",
                    why, max_label_bytes));
  };
  if (label.empty()) throw refuse("is empty");
  if (label.size() > max_label_bytes) throw refuse(fmt::format("has {} bytes", label.size()));
  const auto first = static_cast<unsigned char>(label[0]);
  if (first < 0x80 && std::isalnum(first) == 0) throw refuse(fmt::format("begins with byte 0x{:02x}", first));
  for (std::size_t at = 0; at < label.size();) {
    const auto byte = static_cast<unsigned char>(label[at]);
    const std::size_t length = utf8_sequence(label.substr(at));
    if (length == 0) throw refuse("is not valid UTF-8");
    if (byte < 0x20 || byte == 0x7f) throw refuse("holds a control character");
    at += length;
  }
}

Json to_json(const score::TaskScore& score) {
  Json json{
      {"score", 100 * score.score}, {"score_se", 100 * score.standard_error}, {"settings", Json::array()}};
  for (const auto& setting : score.settings) {
    Json terms = Json::array();
    for (const double term : setting.terms) terms.push_back(100 * term);
    json["settings"].push_back({{"id", setting.id},
                                {"hidden", setting.hidden},
                                {"score", 100 * setting.score},
                                {"score_se", 100 * setting.standard_error},
                                {"terms", std::move(terms)}});
  }
  return json;
}

score::TaskScore task_score_from_json(const Json& json) {
  score::TaskScore score;
  score.score = finite_field(json, "score") / 100;
  score.standard_error = finite_field(json, "score_se") / 100;
  for (const Json& item : part(json, "settings")) {
    score::SettingScore setting;
    setting.id = field<std::string>(item, "id");
    setting.hidden = field<bool>(item, "hidden");
    setting.score = finite_field(item, "score") / 100;
    setting.standard_error = finite_field(item, "score_se") / 100;
    for (const double term : field<std::vector<double>>(item, "terms")) setting.terms.push_back(term / 100);
    score.settings.push_back(std::move(setting));
  }
  return score;
}

Json to_json(const Result& result) {
  return {{"format", result_format},
          {"id", result.id},
          {"task", result.task},
          {"label", result.label},
          {"created", result.created},
          {"finished", result.finished},
          {"score", result.score ? to_json(*result.score) : Json(nullptr)},
          {"yardstick_sha256", result.yardstick_sha256},
          {"note", result.note},
          {"evaluation", evaluate::to_json(result.evaluation)}};
}

Result result_from_json(const Json& json) {
  const int format = field<int>(json, "format");
  if (format != result_format) {
    throw bad_input(fmt::format("field \"format\" is {}, this program reads {}", format, result_format));
  }
  Result result;
  result.id = field<std::string>(json, "id");
  result.task = field<std::string>(json, "task");
  result.label = field<std::string>(json, "label");
  result.created = field<std::string>(json, "created");
  result.finished = field<std::string>(json, "finished");
  if (const Json& score = part(json, "score"); !score.is_null()) result.score = task_score_from_json(score);
  result.yardstick_sha256 = field<std::string>(json, "yardstick_sha256");
  result.note = field<std::string>(json, "note");
  result.evaluation = evaluate::evaluation_from_json(part(json, "evaluation"));
  if (result.evaluation.task != result.task) {
    throw bad_input(fmt::format("field \"task\" is \"{}\" but the evaluation is of \"{}\"", result.task,
                                result.evaluation.task));
  }
  return result;
}

RunFolder RunFolder::create(const std::filesystem::path& home, const std::string& task,
                            const std::string& label, const evaluate::Method& method) {
  check_label(label);
  const std::filesystem::path runs = runs_folder(home);
  std::error_code failure;
  std::filesystem::create_directories(runs, failure);
  if (failure) throw infrastructure(fmt::format("cannot make {}: {}", runs.string(), failure.message()));
  for (;;) {
    std::string id = fmt::format("{}-{}-{}", formatted_now("%Y%m%dT%H%M%SZ"), task, random_suffix());
    const std::filesystem::path path = runs / id;
    if (::mkdir(path.c_str(), 0755) != 0) {
      if (errno == EEXIST) continue;
      throw infrastructure(fmt::format("cannot make {}: {}", path.string(), std::strerror(errno)));
    }
    RunFolder folder(std::move(id), path, utc_now());
    write_atomic(path / "method.cpp", method.source);
    folder.event("created", {{"task", task}, {"label", label}, {"method_sha256", method.sha256}});
    return folder;
  }
}

void RunFolder::event(std::string_view kind, const Json& fields) const {
  Json line{{"time", utc_now()}, {"event", kind}};
  line.update(fields);
  append_line(path_ / "events.jsonl", line.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void RunFolder::finish(const Result& result) const {
  write_atomic(path_ / "result.json",
               to_json(result).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result load_result(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "result.json";
  const std::string bytes = read_untrusted_file(file, max_result_bytes);
  try {
    Result result = result_from_json(json_of_result(bytes));
    if (result.id != folder.filename()) {
      throw bad_input(fmt::format("field \"id\" is \"{}\" but the folder is called \"{}\"", result.id,
                                  folder.filename().string()));
    }
    return result;
  } catch (const Error& error) {
    throw bad_input(fmt::format("{}: {}", file.string(), error.what()));
  }
}

Events load_events(const std::filesystem::path& folder) {
  Events found;
  const std::filesystem::path file = folder / "events.jsonl";
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::symlink_status(file, ignored))) return found;
  const std::string bytes = read_untrusted_file(file, max_events_bytes);
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    const auto line = std::string_view(bytes).substr(begin, end - begin);
    begin = end + 1;
    if (line.empty()) continue;
    if (std::optional<Json> event = event_of(line)) {
      found.events.push_back(*std::move(event));
    } else {
      ++found.unreadable;
    }
  }
  return found;
}

}  // namespace mls::store
