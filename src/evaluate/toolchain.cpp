#include "evaluate/toolchain.hpp"

#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <unistd.h>

#include <chrono>
#include <set>
#include <stdexcept>
#include <system_error>

#include <Eigen/Core>
#include <boost/version.hpp>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "evaluate/eviction.hpp"
#include "evaluate/portable_source.hpp"
#include "sandbox/sandbox.hpp"
#include "task/sources.hpp"

namespace mls::evaluate {
namespace {

namespace fs = std::filesystem;

constexpr const char* llvm_folder = "/usr/lib/llvm-19";
// Submissions' programs that are kept, 2 to 4 MB each.
constexpr std::size_t most_programs = 500;

// The two definitions: cmake/MlsTargets.cmake says why.
const std::vector<std::string>& compile_flags() {
  static const std::vector<std::string> flags = {"-std=c++20",
                                                 "-O2",
                                                 "-march=x86-64-v3",
                                                 "-ffp-contract=off",
                                                 "-DEIGEN_NO_CPUID",
                                                 "-DEIGEN_FAST_MATH=0",
                                                 "-fno-plt",
                                                 "-w",
                                                 "-ferror-limit=20",
                                                 "-fno-color-diagnostics",
                                                 "-fdiagnostics-format=clang",
                                                 "-I/sdk/include",
                                                 "-I/sdk/task",
                                                 "-isystem",
                                                 "/usr/include/eigen3"};
  return flags;
}

/// A folder beside the cache entry in the making; becomes the entry by one rename.
class Draft {
 public:
  explicit Draft(fs::path entry) : entry_(std::move(entry)) {
    fs::create_directories(entry_.parent_path());
    std::string name = (entry_.parent_path() / ".draft-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw infrastructure(name + ": cannot be made; is the disk full?");
    folder_ = name;
  }
  ~Draft() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  [[nodiscard]] const fs::path& folder() const { return folder_; }

  void publish() {
    fs::permissions(folder_, fs::perms(0755));
    std::error_code error;
    fs::rename(folder_, entry_, error);
    // Another process may have published the same content first: then ours is superfluous.
    if (error && !fs::exists(entry_))
      throw infrastructure(fmt::format("{}: {}", entry_.string(), error.message()));
    if (!error) folder_.clear();
  }

 private:
  fs::path entry_;
  fs::path folder_;
};

/// Drafts of processes that were killed. Nobody works on one for a day.
void remove_old_drafts(const fs::path& folder) {
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(24);
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    std::error_code error;
    const bool draft = entry.path().filename().string().starts_with(".draft-");
    if (draft && entry.last_write_time(error) < long_ago && !error) fs::remove_all(entry.path(), ignored);
  }
}

void copy_into(const fs::path& from, const fs::path& to) {
  fs::create_directories(to.parent_path());
  std::error_code error;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  if (error) throw infrastructure(fmt::format("{}: cannot be copied: {}", from.string(), error.message()));
}

bool is_source(const fs::path& file) { return file.extension() == ".cpp"; }

/// Task headers lie in task/, all others in include/ under the path by which they are included.
fs::path sdk_place(const fs::path& root, const fs::path& task_folder, const fs::path& file) {
  const auto below = [&file](const fs::path& folder) {
    const fs::path relative = fs::relative(file, folder);
    return *relative.begin() == ".." ? fs::path() : relative;
  };
  if (const fs::path relative = below(task_folder); !relative.empty()) return "task" / relative;
  if (const fs::path relative = below(root / "src"); !relative.empty()) return "include" / relative;
  return "include" / fs::relative(file, root);
}

/// What one compiler run sees besides the system's headers and libraries.
struct View {
  fs::path sdk;      // mounted read-only at /sdk
  fs::path prelude;  // mounted read-only at /prelude; may be empty
  fs::path work;     // mounted writable at /work
  fs::path torch;    // another libtorch than the system's, mounted where it lies; may be empty
};

/// What one compiler run may use.
struct Allowance {
  double cpu_s = 40;
  std::size_t file_bytes = std::size_t{256} << 20;
};

/// A submission's object or program: an honest one has 4 MB, and all of them stay in the cache.
Allowance allowance_of_submission(double cpu_s) { return {cpu_s, std::size_t{32} << 20}; }

sandbox::Command compiler_command(std::vector<std::string> arguments, const View& view,
                                  const Allowance& allowance) {
  sandbox::Command command;
  command.profile = sandbox::Profile::compiler;
  command.argv = {fmt::format("{}/bin/clang++", llvm_folder)};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  for (const char* folder : {llvm_folder, "/usr/include", "/usr/lib/gcc", "/usr/lib/x86_64-linux-gnu"}) {
    command.mounts.push_back({folder, folder, false});
  }
  command.mounts.push_back({"/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", false});
  command.mounts.push_back({"/usr/lib64", "/lib64", false});
  command.mounts.push_back({view.sdk, "/sdk", false});
  if (!view.prelude.empty()) command.mounts.push_back({view.prelude, "/prelude", false});
  command.mounts.push_back({view.work, "/work", true});
  if (!view.torch.empty()) command.mounts.push_back({view.torch, view.torch.string(), false});
  command.work_folder = "/work";
  // __DATE__, __TIME__ and __TIMESTAMP__ are the same whenever the same bytes are compiled.
  command.environment = {{"PATH", fmt::format("{}/bin", llvm_folder)},
                         {"LC_ALL", "C"},
                         {"TMPDIR", "/work"},
                         {"SOURCE_DATE_EPOCH", "0"}};
  command.limits = {.wall_s = 20 + allowance.cpu_s,
                    .cpu_s = allowance.cpu_s,
                    .memory_bytes = std::size_t{3} << 30,
                    .file_bytes = allowance.file_bytes,
                    .output_bytes = std::size_t{1} << 20,
                    .open_files = 200};
  return command;
}

sandbox::Outcome run_compiler(std::vector<std::string> arguments, const View& view,
                              const Allowance& allowance = {}) {
  sandbox::Outcome outcome = sandbox::run(compiler_command(std::move(arguments), view, allowance));
  if (outcome.end == sandbox::End::not_started || outcome.end == sandbox::End::unloadable)
    throw infrastructure("the compiler cannot be started: " + outcome.detail);
  return outcome;
}

bool succeeded(const sandbox::Outcome& outcome) {
  return outcome.end == sandbox::End::exited && outcome.code == 0;
}

/// The compiler's text, or why it was stopped.
std::string failure_of(const sandbox::Outcome& outcome) {
  if (outcome.end == sandbox::End::exited && !outcome.output.empty()) return outcome.output;
  return outcome.output + "the compiler was stopped: " + outcome.detail;
}

void require_success(const sandbox::Outcome& outcome, const std::string& what) {
  if (!succeeded(outcome))
    throw infrastructure(fmt::format("{} does not compile:\n{}", what, failure_of(outcome)));
}

std::string detect_version(const fs::path& home) {
  const fs::path compiler = fs::path(llvm_folder) / "bin" / "clang++";
  std::error_code error;
  const auto size = fs::file_size(compiler, error);
  if (error) throw infrastructure("clang-19 is missing; install it with: apt-get install clang-19 lld-19");
  const auto stamp = fs::last_write_time(compiler).time_since_epoch().count();
  const fs::path note = home / "compile" / fmt::format("version-{}-{}", size, stamp);
  if (fs::exists(note)) return read_file(note, 256);
  const TemporaryFolder empty;
  const sandbox::Outcome outcome = run_compiler({"-dumpversion"}, {empty.path(), "", empty.path(), ""});
  require_success(outcome, "clang++ -dumpversion");
  std::string version = "clang " + outcome.output.substr(0, outcome.output.find('\n'));
  write_atomic(note, version);
  return version;
}

/// Everything outside the repository that a compiled host depends on.
std::string library_versions() {
  return fmt::format("Eigen {}.{}.{}, Boost {}, libstdc++ {}, glibc {}", EIGEN_WORLD_VERSION,
                     EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION, BOOST_LIB_VERSION, __GLIBCXX__,
                     ::gnu_get_libc_version());
}

/// Moves what the compiler wrote into the cache and returns its place there.
fs::path publish(Draft& draft, const fs::path& entry, const fs::path& from, const char* name) {
  copy_into(from, draft.folder() / name);
  draft.publish();
  return entry / name;
}

/// Copies objects to where the linker sees them and names them to it.
void append_objects(const std::vector<fs::path>& objects, const fs::path& work,
                    std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const std::string name = fmt::format("kit-{}.o", i);
    copy_into(objects[i], work / name);
    arguments.push_back(name);
  }
}

}  // namespace

/// What differs between the runtimes.
struct Toolchain::Flavour {
  std::vector<std::string> flags;  // of every compilation
  std::string prelude;             // what is precompiled, below src/
  std::string libraries;           // what hosts depend on outside the repository
  std::optional<Torch> torch;

  [[nodiscard]] std::vector<std::string> with_flags(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = flags;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  [[nodiscard]] View view(const fs::path& sdk, const fs::path& prelude_folder, const fs::path& work) const {
    return {sdk, prelude_folder, work, torch ? torch->folder : fs::path()};
  }
};

/// What is compiled once: all that the methods of one task share, or a zygote.
struct Toolchain::Kit {
  Flavour flavour;
  fs::path sdk;                   // the headers of the closure
  fs::path prelude;               // folder of the precompiled header
  std::string hash;               // of its content and of the objects
  std::vector<fs::path> objects;  // in link order
};

Toolchain::Toolchain(Places places) : places_(std::move(places)), version_(detect_version(places_.home)) {
  remove_old_drafts(places_.home / "compile");
}

Toolchain::Flavour Toolchain::flavour_of(const std::string& runtime) {
  if (runtime == "plain") return {compile_flags(), "host/prelude.hpp", library_versions(), std::nullopt};
  Torch torch = find_torch();
  Flavour flavour{compile_flags(),
                  "host/torch/prelude.hpp",
                  fmt::format("{}, {}", library_versions(), torch.version),
                  {}};
  flavour.flags.emplace_back("-fPIC");
  flavour.flags.insert(flavour.flags.end(), torch.include_flags.begin(), torch.include_flags.end());
  flavour.torch = std::move(torch);
  return flavour;
}

std::string Toolchain::key(const Flavour& flavour, const std::vector<std::string>& parts) const {
  std::string text = fmt::format("{}\n{}\n{}\n", version_, flavour.libraries, fmt::join(flavour.flags, " "));
  for (const std::string& part : parts) text += fmt::format("{}:{}\n", part.size(), part);
  return sha256_hex(text);
}

fs::path Toolchain::precompiled_prelude(const Flavour& flavour) const {
  const fs::path source = places_.root / "src" / flavour.prelude;
  const auto files = task::source_closure(places_.root, source);
  const fs::path entry =
      places_.home / "compile" / ("prelude-" + key(flavour, {task::hash_of_files(places_.root, files)}));
  if (fs::exists(entry)) return entry;
  Draft draft(entry);
  for (const fs::path& file : files) {
    if (!is_source(file))
      copy_into(file, draft.folder() / "include" / fs::relative(file, places_.root / "src"));
  }
  const TemporaryFolder work;
  require_success(run_compiler(flavour.with_flags({"-x", "c++-header", "/sdk/include/" + flavour.prelude,
                                                   "-Xclang", "-fno-pch-timestamp",
                                                   "-fpch-instantiate-templates", "-o", "/work/prelude.pch"}),
                               flavour.view(draft.folder(), "", work.path())),
                  "src/" + flavour.prelude);
  publish(draft, entry, work.path() / "prelude.pch", "prelude.pch");
  return entry;
}

fs::path Toolchain::object_of(const Kit& kit, const fs::path& source) const {
  const auto files = task::source_closure(places_.root, source);
  const fs::path entry =
      places_.home / "compile" /
      ("object-" + key(kit.flavour, {task::hash_of_files(places_.root, files), source.filename().string()}));
  if (fs::exists(entry)) return entry / "object.o";
  Draft draft(entry);
  const TemporaryFolder work;
  copy_into(source, work.path() / source.filename());
  require_success(
      run_compiler(kit.flavour.with_flags({"-include-pch", "/prelude/prelude.pch", "-c",
                                           "/work/" + source.filename().string(), "-o", "/work/object.o"}),
                   kit.flavour.view(kit.sdk, kit.prelude, work.path())),
      fs::relative(source, places_.root).string());
  return publish(draft, entry, work.path() / "object.o", "object.o");
}

Toolchain::Kit Toolchain::kit_of(const Flavour& flavour, const std::vector<fs::path>& entries,
                                 const fs::path& task_folder) const {
  std::set<fs::path> files;
  for (const fs::path& entry : entries) {
    for (fs::path& file : task::source_closure(places_.root, entry)) files.insert(std::move(file));
  }
  // method.cpp is the sibling of no header, but a careless include must not make it part of the kit.
  files.erase(task_folder / "method.cpp");
  const std::vector<fs::path> sorted(files.begin(), files.end());
  Kit kit{flavour, {}, precompiled_prelude(flavour), {}, {}};
  kit.hash = key(flavour, {"kit", task::hash_of_files(places_.root, sorted)});
  kit.sdk = places_.home / "compile" / ("kit-" + kit.hash);
  if (!fs::exists(kit.sdk)) {
    Draft draft(kit.sdk);
    for (const fs::path& file : sorted) {
      if (!is_source(file)) copy_into(file, draft.folder() / sdk_place(places_.root, task_folder, file));
    }
    draft.publish();
  }
  for (const fs::path& file : sorted) {
    if (is_source(file)) kit.objects.push_back(object_of(kit, file));
  }
  return kit;
}

Toolchain::Kit Toolchain::kit_of(const task::Task& task) const {
  const fs::path src = places_.root / "src";
  const Flavour flavour = flavour_of(task.runtime);
  return kit_of(flavour, {src / flavour.prelude, src / "host" / "main.cpp", task.folder / "scaffold.cpp"},
                task.folder);
}

Preload Toolchain::zygote(const Flavour& flavour) const {
  if (!flavour.torch) throw std::logic_error("a zygote is for hosts with libtorch");
  const fs::path src = places_.root / "src";
  const Kit kit = kit_of(
      flavour,
      {src / flavour.prelude, src / "host" / "torch" / "preload.cpp", src / "sandbox" / "zygote_main.cpp"},
      src / "none");
  const fs::path entry = places_.home / "compile" / ("zygote-" + key(flavour, {kit.hash}));
  if (const auto known = read_preload(entry)) return *known;
  Draft draft(entry);
  const TemporaryFolder work;
  std::vector<std::string> arguments = {"-fuse-ld=lld", "-Wl,--threads=1", "-Wl,--allow-shlib-undefined",
                                        "-o", "zygote"};
  append_objects(kit.objects, work.path(), arguments);
  arguments.insert(arguments.end(), flavour.torch->link_flags.begin(), flavour.torch->link_flags.end());
  arguments.emplace_back("-l:libseccomp.a");
  require_success(run_compiler(std::move(arguments), flavour.view(kit.sdk, "", work.path())), "the zygote");
  copy_into(work.path() / "zygote", draft.folder() / "zygote");
  const Preload preload{entry / "zygote", libraries_of(draft.folder() / "zygote")};
  write_constant_random(draft.folder());
  write_preload(draft.folder(), preload);
  draft.publish();
  return preload;
}

Preload Toolchain::torch_zygote() const { return zygote(flavour_of("torch")); }

HostBuild Toolchain::build(const task::Task& task, const Method& method, double cpu_s) const {
  if (!method.rejection.empty()) return {{}, method.rejection, Status::rejected};
  if (task.protocol == "compute") {
    const std::string objection = instruction_set_objection(method.source);
    if (!objection.empty()) return {{}, objection, Status::rejected};
  }
  const Kit kit = kit_of(task);
  std::vector<std::string> inputs = {kit.hash, method.sha256};
  std::optional<Preload> preload;
  if (kit.flavour.torch) {
    preload = zygote(kit.flavour);
    inputs.push_back(preload->zygote.parent_path().filename());
  }
  const fs::path entry = places_.home / "compile" / ("host-" + key(kit.flavour, inputs));
  if (fs::exists(entry / "host")) {
    touch(entry);
    return {entry / "host", "", Status::ok};
  }
  if (fs::exists(entry / "error.txt")) return {{}, read_file(entry / "error.txt"), Status::compile_error};
  evict(entry.parent_path(), "host-", most_programs);
  Draft draft(entry);
  const TemporaryFolder work;
  write_atomic(work.path() / "method.cpp", method.source);
  sandbox::Outcome outcome = run_compiler(
      kit.flavour.with_flags({"-include-pch", "/prelude/prelude.pch", "-c", "method.cpp", "-o", "method.o"}),
      kit.flavour.view(kit.sdk, kit.prelude, work.path()), allowance_of_submission(cpu_s));
  if (succeeded(outcome)) outcome = link(kit, work.path(), cpu_s);
  if (succeeded(outcome)) {
    if (preload) write_preload(draft.folder(), *preload);
    return {publish(draft, entry, work.path() / "host", "host"), "", Status::ok};
  }
  const std::string error = failure_of(outcome);
  // Only what the compiler itself said is sure to be said again; being stopped, or its linker being killed,
  // may depend on the machine's load.
  if (outcome.end == sandbox::End::exited && outcome.code == 1) {
    write_atomic(draft.folder() / "error.txt", error);
    draft.publish();
  }
  return {{}, error, Status::compile_error};
}

sandbox::Outcome Toolchain::link(const Kit& kit, const fs::path& work, double cpu_s) const {
  // Objects may ask for libraries of their own choice (#pragma comment(lib, ...)); they get none.
  std::vector<std::string> arguments = {
      "-fuse-ld=lld", "-Wl,--threads=1", "-Wl,--gc-sections", "-Wl,--no-dependent-libraries", "-o",
      "host",         "method.o"};
  append_objects(kit.objects, work, arguments);
  if (kit.flavour.torch) {
    // All of it but the entry stays its own: no name of a method can stand in for one of the libraries', nor
    // be taken for one.
    write_atomic(work / "exports", "{ global: main; local: *; };\n");
    arguments.insert(arguments.end(), {"-shared", "-Wl,--version-script=exports", "-Wl,-z,defs", "-Wl,-z,now",
                                       "-Wl,--allow-shlib-undefined"});
    const std::vector<std::string>& libraries = kit.flavour.torch->link_flags;
    arguments.insert(arguments.end(), libraries.begin(), libraries.end());
  } else {
    arguments.insert(arguments.begin(), "-static");
  }
  return run_compiler(std::move(arguments), kit.flavour.view(kit.sdk, "", work),
                      allowance_of_submission(cpu_s));
}

std::map<std::string, std::string> recorded_versions(const Toolchain& toolchain, bool torch) {
  std::map<std::string, std::string> versions = {{"benchmark", MLS_VERSION},
                                                 {"host_compiler", toolchain.version()},
                                                 {"judge_compiler", __VERSION__},
                                                 {"libraries", library_versions()},
                                                 {"instruction_set", "x86-64-v3"}};
  if (torch) versions["torch"] = find_torch().version;
  return versions;
}

}  // namespace mls::evaluate
