#include "attacks/attack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/error.hpp"
#include "core/files.hpp"
#include "evaluate/evaluate.hpp"

namespace mls::attacks {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_bytes = 256 * 1024;
constexpr std::array<std::string_view, 12> keys{"task",    "route", "tries", "expect", "message", "honest",
                                                "setting", "seeds", "runs",  "seal",   "tested",  "by"};

struct Line {
  int number;
  std::string_view text;
};

/// The comment lines at the top, without their marks.
std::vector<Line> header_lines(std::string_view text) {
  std::vector<Line> lines;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.starts_with("// ")) {
      line.remove_prefix(3);
    } else if (line.starts_with("# ")) {
      line.remove_prefix(2);
    } else {
      break;
    }
    lines.push_back({number, line});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// "key" of "key: value"; empty for a line that goes on with the value before.
std::string_view key_of(std::string_view line) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos || colon == 0) return {};
  const std::string_view key = line.substr(0, colon);
  const bool word = std::all_of(key.begin(), key.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return word ? key : std::string_view{};
}

class Header {
 public:
  Header(const fs::path& file, std::string_view text) : file_(file) {
    std::string last;
    for (const Line& line : header_lines(text)) {
      const std::string key(key_of(line.text));
      if (key.empty() && last.empty())
        throw fault(line.number, "the header's first line must be `key: value`");
      if (key.empty()) {
        values_[last] += fmt::format(" {}", line.text);
        continue;
      }
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
        throw fault(line.number, fmt::format("unknown key `{}`; known are {}", key, fmt::join(keys, ", ")));
      }
      if (!values_.emplace(key, line.text.substr(key.size() + 2)).second) {
        throw fault(line.number, fmt::format("the key `{}` comes twice", key));
      }
      last = key;
    }
  }

  [[nodiscard]] std::string required(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end())
      throw bad_input(fmt::format("{}: the header lacks `{}: ...`", file_.string(), key));
    return found->second;
  }
  [[nodiscard]] std::string optional(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? "" : found->second;
  }
  [[nodiscard]] int count(const std::string& key) const {
    const std::string text = optional(key);
    if (text.empty()) return 1;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > 9) {
      throw bad_input(fmt::format("{}: `{}` is \"{}\"; 1 ... 9 is expected", file_.string(), key, text));
    }
    return value;
  }
  [[nodiscard]] bool flag(const std::string& key, std::string_view set) const {
    const std::string text = optional(key);
    if (text.empty() || text == set) return !text.empty();
    throw bad_input(
        fmt::format("{}: `{}` is \"{}\"; only \"{}\" may stand there", file_.string(), key, text, set));
  }

 private:
  [[nodiscard]] Error fault(int line, const std::string& what) const {
    return bad_input(fmt::format("{}:{}: {}", file_.string(), line, what));
  }

  fs::path file_;
  std::map<std::string, std::string> values_;
};

std::string checked_outcome(const fs::path& file, std::string outcome) {
  const auto status = evaluate::status_named(outcome);
  const bool failure =
      status && *status != evaluate::Status::ok && *status != evaluate::Status::infrastructure;
  if (outcome == "harmless" || failure) return outcome;
  throw bad_input(fmt::format(
      "{}: `expect` is \"{}\"; harmless, or the status of a failed run (crash, rejected, compile_error, "
      "timeout, oom, protocol_violation, invalid_output) is expected",
      file.string(), outcome));
}

std::string definition_of(const std::vector<std::string>& memory) {
  std::string text = "#include <string>\n#include <vector>\ninline const std::vector<std::string> memory{";
  for (const std::string& one : memory) text += fmt::format("R\"memory({})memory\",", one);
  return text + "};\n";
}

/// Every part is put in once, where it is first named.
std::string expand_once(std::string_view text, std::map<std::string, std::string>& parts) {
  constexpr std::string_view directive = "#include \"";
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with(directive)) {
      const std::string_view name =
          line.substr(directive.size(), line.find('"', directive.size()) - directive.size());
      if (const auto part = parts.find(std::string(name)); part != parts.end()) {
        const std::string content = std::exchange(part->second, "");
        result += expand_once(content, parts);
        continue;
      }
    }
    result += line;
    result += '\n';
  }
  return result;
}

}  // namespace

fs::path corpus_folder(const fs::path& root) { return root / "tests" / "attacks"; }

Attack parse_attack(const fs::path& file, std::string_view text) {
  const Header header(file, text);
  Attack attack;
  attack.name = file.stem().string();
  attack.file = file;
  attack.task = header.required("task");
  attack.route = header.required("route");
  attack.tries = header.required("tries");
  attack.expect = checked_outcome(file, header.required("expect"));
  attack.message = header.optional("message");
  attack.honest = header.optional("honest");
  attack.setting = header.optional("setting");
  attack.seeds = header.count("seeds");
  attack.runs = header.count("runs");
  attack.tested = header.flag("tested", "yes");
  attack.sealed = header.flag("seal", "private");
  attack.by_score = header.flag("by", "score");
  return attack;
}

std::vector<Attack> load_corpus(const fs::path& root) {
  const fs::path folder = corpus_folder(root);
  if (!fs::is_directory(folder))
    throw bad_input(fmt::format("{} is missing; it holds the attacks", folder.string()));
  std::map<std::string, Attack> sorted;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path& file = entry.path();
    if (entry.is_directory() || (file.extension() != ".cpp" && file.extension() != ".recipe")) continue;
    Attack attack = parse_attack(file, read_file(file, max_bytes));
    const std::string name = attack.name;
    if (!sorted.emplace(name, std::move(attack)).second) {
      throw bad_input(fmt::format("{}: there are two attacks of this name", file.string()));
    }
  }
  std::vector<Attack> corpus;
  for (auto& [name, attack] : sorted) corpus.push_back(std::move(attack));
  return corpus;
}

std::string_view body_of(std::string_view text) {
  for (std::size_t left = header_lines(text).size(); left > 0; --left) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  return text;
}

std::string expanded(std::string_view text, const std::map<std::string, std::string>& parts) {
  auto left = parts;
  return expand_once(text, left);
}

std::map<std::string, std::string> parts_of(const fs::path& root, const std::string& honest_source,
                                            const std::vector<std::string>& memory) {
  std::map<std::string, std::string> parts{{"honest.cpp", honest_source},
                                           {"memory.hpp", definition_of(memory)}};
  const fs::path folder = corpus_folder(root) / "shared";
  if (!fs::is_directory(folder)) return parts;
  for (const auto& entry : fs::directory_iterator(folder)) {
    parts["shared/" + entry.path().filename().string()] = read_file(entry.path(), max_bytes);
  }
  return parts;
}

}  // namespace mls::attacks
