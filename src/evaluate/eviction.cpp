#include "evaluate/eviction.hpp"

#include <algorithm>
#include <span>
#include <system_error>
#include <vector>

namespace mls::evaluate {
namespace {

namespace fs = std::filesystem;

struct Entry {
  fs::file_time_type used;
  fs::path path;
};

}  // namespace

void touch(const fs::path& entry) {
  std::error_code ignored;
  fs::last_write_time(entry, fs::file_time_type::clock::now(), ignored);
}

void evict(const fs::path& folder, std::string_view prefix, std::size_t most, std::chrono::seconds in_use) {
  std::vector<Entry> entries;
  std::error_code ignored;
  for (const fs::directory_entry& found : fs::directory_iterator(folder, ignored)) {
    std::error_code gone;
    const fs::file_time_type used = found.last_write_time(gone);
    if (!gone && found.path().filename().string().starts_with(prefix))
      entries.push_back({used, found.path()});
  }
  if (entries.size() <= most) return;
  std::ranges::sort(entries, {}, &Entry::used);
  const fs::file_time_type recent = fs::file_time_type::clock::now() - in_use;
  for (const Entry& entry : std::span(entries).first(entries.size() - most)) {
    if (entry.used < recent) fs::remove_all(entry.path, ignored);
  }
}

}  // namespace mls::evaluate
