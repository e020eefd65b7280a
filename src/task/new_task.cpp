#include "task/new_task.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdlib.h>

#include <algorithm>
#include <cctype>
#include <system_error>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "task/nearest.hpp"
#include "task/packs.hpp"
#include "task/strict_toml.hpp"

namespace mls::task {
namespace {

namespace fs = std::filesystem;

/// A folder in which a task grows out of everybody's sight: the catalogue skips names that begin with a dot.
class Draft {
 public:
  explicit Draft(const fs::path& parent) {
    fs::create_directories(parent);
    std::string name = (parent / ".new-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw infrastructure(fmt::format("{}: cannot be written; is it yours?", parent.string()));
    folder_ = name;
  }
  ~Draft() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

void check_area(const std::string& given) {
  std::vector<std::string> known;
  for (const Area& area : areas()) known.emplace_back(area.id);
  if (std::ranges::find(known, given) == known.end()) {
    throw usage_error(
        fmt::format("there is no area \"{}\"; did you mean \"{}\"?", given, nearest(given, known).front()));
  }
}

void check_protocol(const fs::path& root, const std::string& given) {
  const auto known = template_protocols(root);
  if (std::ranges::find(known, given) != known.end()) return;
  if (known.empty()) throw infrastructure(fmt::format("{} holds no template", (root / "templates").string()));
  if (std::ranges::find(protocols(), given) != protocols().end()) {
    throw usage_error(
        fmt::format("protocol \"{}\" has no template; there is one for: {}", given, fmt::join(known, ", ")));
  }
  throw usage_error(fmt::format("there is no protocol \"{}\"; did you mean \"{}\"? Templates: {}", given,
                                nearest(given, known).front(), fmt::join(known, ", ")));
}

/// Folders that would make a second task, or a second judge program, of this id.
std::vector<fs::path> rivals_of(const fs::path& root, const std::string& id) {
  std::vector<fs::path> rivals = {root / "bench" / id, root / "tests" / "tasks" / id};
  for (const Area& area : areas()) rivals.push_back(root / "tasks" / area.id / id);
  for (const std::string& protocol : template_protocols(root)) {
    if (id == "template-" + protocol) rivals.push_back(root / "templates" / protocol);
  }
  return rivals;
}

void check_id(const fs::path& root, const std::string& id) {
  if (!is_id(id)) {
    throw usage_error(
        fmt::format("\"{}\" is no id; write lower-case letters and digits in words joined by '-' or '_', at "
                    "most 64 characters",
                    plain_text(id, 200)));
  }
  for (const fs::path& rival : rivals_of(root, id)) {
    if (fs::exists(fs::symlink_status(rival)))
      throw usage_error(fmt::format("the id \"{}\" is taken by {}; choose another", id, rival.string()));
  }
}

void check_title(const std::string& title) {
  const bool one_line = title.find_first_of("\n\t") == std::string::npos;
  if (title.empty() || !one_line || plain_text(title, title.size()) != title)
    throw usage_error("the title must be one line of text");
}

/// "location-estimation" becomes "Location estimation".
std::string title_of(std::string id) {
  std::ranges::replace_if(id, [](char c) { return c == '-' || c == '_'; }, ' ');
  id.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(id.front())));
  return id;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// Within quotes JSON writes a text as TOML wants it.
std::string toml_text(const std::string& text) {
  const std::string quoted = Json(text).dump();
  return quoted.substr(1, quoted.size() - 2);
}

/// Code has no placeholders, so that templates compile as they are.
std::string filled_in(const fs::path& file, const NewTask& wanted) {
  std::string text = read_file(file);
  const bool toml = file.extension() == ".toml";
  if (!toml && file.extension() != ".md") return text;
  replace_all(text, "@id@", wanted.id);
  replace_all(text, "@area@", wanted.area);
  replace_all(text, "@title@", toml ? toml_text(wanted.title) : wanted.title);
  return text;
}

void fill(const fs::path& folder, const fs::path& source, const NewTask& wanted) {
  for (const auto& entry : fs::recursive_directory_iterator(source)) {
    if (!entry.is_regular_file()) continue;
    write_atomic(folder / entry.path().lexically_relative(source), filled_in(entry.path(), wanted));
  }
}

fs::path written(const fs::path& root, const NewTask& wanted) {
  const fs::path tasks = root / "tasks";
  const Draft draft(tasks);
  const fs::path grown = draft.folder() / wanted.area / wanted.id;
  fill(grown, root / "templates" / wanted.protocol, wanted);
  const auto registry = pack_registry(root);
  (void)load(grown, &registry);  // what would not parse is never published
  fs::create_directories(tasks / wanted.area);
  fs::rename(grown, tasks / wanted.area / wanted.id);
  return tasks / wanted.area / wanted.id;
}

}  // namespace

std::vector<std::string> template_protocols(const fs::path& root) {
  std::vector<std::string> found;
  for (const std::string& protocol : protocols()) {
    if (fs::is_regular_file(root / "templates" / protocol / "task.toml")) found.push_back(protocol);
  }
  return found;
}

Task create_task(const fs::path& root, const NewTask& wanted) {
  check_area(wanted.area);
  check_protocol(root, wanted.protocol);
  check_id(root, wanted.id);
  NewTask task = wanted;
  if (task.title.empty()) task.title = title_of(task.id);
  check_title(task.title);
  try {
    return load(written(root, task));
  } catch (const fs::filesystem_error& error) {
    throw infrastructure(fmt::format("the task cannot be written: {}", error.what()));
  }
}

}  // namespace mls::task
