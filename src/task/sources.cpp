#include "task/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/json.hpp"
#include "task/packs.hpp"
#include "task/task.hpp"

namespace mls::task {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_source_bytes = std::size_t{8} << 20;

struct Include {
  std::string file;
  int line = 0;
};

bool is_digit_separator(const std::string& text, std::size_t i) {
  const auto is_digit = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  return i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1]);
}

/// The text with comments blanked out, so that an include named in a comment is not followed. String literals
/// are respected; line breaks stay.
std::string without_comments(const std::string& text) {
  enum class State { code, line_comment, block_comment, string, character };
  State state = State::code;
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '\n') {
      if (state != State::block_comment) state = State::code;  // also ends an unterminated literal
      result += c;
    } else if (state == State::code && c == '/' && next == '/') {
      state = State::line_comment;
    } else if (state == State::code && c == '/' && next == '*') {
      state = State::block_comment;
      ++i;
    } else if (state == State::block_comment && c == '*' && next == '/') {
      state = State::code;
      ++i;
    } else if (state == State::line_comment || state == State::block_comment) {
      continue;
    } else {
      if (state == State::code && c == '"') {
        state = State::string;
      } else if (state == State::code && c == '\'' && !is_digit_separator(text, i)) {
        state = State::character;
      } else if ((state == State::string && c == '"') || (state == State::character && c == '\'')) {
        state = State::code;
      }
      result += c;
      if (state != State::code && c == '\\' && next != '\n' && next != '\0') {
        result += next;
        ++i;
      }
    }
  }
  return result;
}

std::string_view trim_left(std::string_view text) {
  const auto start = text.find_first_not_of(" \t");
  return start == std::string_view::npos ? std::string_view{} : text.substr(start);
}

/// The file of `#include "file"`, or nothing.
std::optional<std::string> quoted_include(std::string_view line) {
  line = trim_left(line);
  if (!line.starts_with('#')) return std::nullopt;
  line = trim_left(line.substr(1));
  if (!line.starts_with("include")) return std::nullopt;
  line = trim_left(line.substr(7));
  if (!line.starts_with('"')) return std::nullopt;
  line.remove_prefix(1);
  const auto end = line.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(line.substr(0, end));
}

std::vector<Include> includes_of(const std::string& source) {
  const std::string text = without_comments(source);
  std::vector<Include> result;
  int line = 1;
  for (std::size_t start = 0; start < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    if (auto file = quoted_include(std::string_view(text).substr(start, end - start))) {
      result.push_back({std::move(*file), line});
    }
    start = end + 1;
  }
  return result;
}

fs::path resolve(const fs::path& root, const fs::path& from, const Include& include) {
  for (const fs::path& folder : {from.parent_path(), root / "src", root}) {
    const fs::path candidate = (folder / include.file).lexically_normal();
    if (!fs::is_regular_file(candidate)) continue;
    const fs::path inside = candidate.lexically_relative(root);
    if (inside.empty() || *inside.begin() == "..") {
      throw bad_input(
          fmt::format("{}:{}: \"{}\" lies outside the repository {}; include only files of the repository",
                      from.string(), include.line, include.file, root.string()));
    }
    return candidate;
  }
  throw bad_input(fmt::format(
      "{}:{}: included file \"{}\" not found beside it, in src/ or in the repository root; mend the "
      "name, or use <...> for a library",
      from.string(), include.line, include.file));
}

fs::path clean(const fs::path& path) {
  const fs::path result = fs::absolute(path).lexically_normal();
  return result.has_filename() ? result : result.parent_path();
}

void append_sized(std::string& all, std::string_view part) {
  all += fmt::format("{}:", part.size());
  all += part;
}

/// What of task.toml and of the data packs decides the outcome of a run.
std::string verdict_facts(const fs::path& root, const Task& task) {
  nlohmann::json facts;  // keys sorted: the text does not depend on the order of writing
  facts["id"] = task.id;
  facts["protocol"] = task.protocol;
  facts["seeds"] = task.seeds;
  if (task.runtime != "plain") facts["runtime"] = task.runtime;  // absent from most, whose hashes are older
  facts["limits"] = {{"wall_s", task.limits.wall_s},
                     {"cpu_s", task.limits.cpu_s},
                     {"memory_mb", task.limits.memory_mb},
                     {"cpu_factor", task.limits.cpu_factor},
                     {"reference", task.limits.reference}};
  for (const Setting& setting : task.settings) {
    facts["settings"][setting.id] = {{"hidden", setting.hidden}, {"params", setting.params}};
    if (setting.memory_mb) facts["settings"][setting.id]["memory_mb"] = *setting.memory_mb;
  }
  facts["packs"] = nlohmann::json::object();
  if (!task.packs.empty()) {
    const std::vector<Pack> registry = pack_registry(root);
    for (const std::string& name : task.packs) {
      for (const PackFile& file : find_pack(registry, name).files)
        facts["packs"][name][file.name] = file.sha256;
    }
  }
  return facts.dump();
}

}  // namespace

std::vector<fs::path> source_closure(const fs::path& root, const fs::path& entry) {
  const fs::path base = clean(root);
  std::set<fs::path> seen;
  std::vector<fs::path> waiting = {clean(entry)};
  while (!waiting.empty()) {
    const fs::path file = std::move(waiting.back());
    waiting.pop_back();
    if (!seen.insert(file).second) continue;
    for (const Include& include : includes_of(read_file(file, max_source_bytes))) {
      waiting.push_back(resolve(base, file, include));
    }
    if (file.extension() == ".hpp") {
      fs::path sibling = file;
      sibling.replace_extension(".cpp");
      if (fs::is_regular_file(sibling)) waiting.push_back(std::move(sibling));
    }
  }
  return {seen.begin(), seen.end()};
}

std::string hash_of_files(const fs::path& root, const std::vector<fs::path>& files) {
  const fs::path base = clean(root);
  std::map<std::string, fs::path> by_name;
  for (const fs::path& file : files) by_name[clean(file).lexically_relative(base).generic_string()] = file;
  std::string all;
  for (const auto& [name, file] : by_name) {
    append_sized(all, name);
    append_sized(all, hex(sha256_file(file)));
  }
  return sha256_hex(all);
}

std::string task_hash(const fs::path& root, const Task& task) {
  std::set<fs::path> files;
  for (const char* name : {"judge.cpp", "scaffold.cpp", "surface.hpp"}) {
    for (fs::path& file : source_closure(root, task.folder / name)) files.insert(std::move(file));
  }
  std::string all;
  append_sized(all, hash_of_files(root, {files.begin(), files.end()}));
  append_sized(all, verdict_facts(root, task));
  return sha256_hex(all);
}

}  // namespace mls::task
