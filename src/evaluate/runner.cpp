#include "evaluate/runner.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <set>
#include <utility>

#include "core/error.hpp"
#include "core/exchange_memory.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/message.hpp"
#include "evaluate/toolchain.hpp"
#include "evaluate/torch.hpp"
#include "judge/capacity.hpp"
#include "judge/descriptors.hpp"
#include "judge/host_clock.hpp"
#include "sandbox/descriptor.hpp"
#include "sandbox/sandbox.hpp"
#include "task/packs.hpp"
#include "task/sources.hpp"

namespace mls::evaluate {
namespace {

namespace fs = std::filesystem;
using sandbox::Descriptor;

// The judge's own work beyond waiting for the host; when it takes longer the fault is ours.
constexpr double judge_allowance_s = 120;
constexpr double preparation_allowance_s = 1800;
// How long a host may take to end by itself after the judge has its verdict.
constexpr double host_grace_s = 0.2;
// What a further host gets when the ones before it have used up all of the run's CPU time: enough to be told
// so.
constexpr double least_cpu_s = 0.01;
constexpr int exit_exception = 87;

Descriptor memory_file(std::string_view content) {
  Descriptor file(::memfd_create("mls", MFD_CLOEXEC));
  if (file.get() < 0) throw infrastructure(fmt::format("memfd_create: {}", std::strerror(errno)));
  if (::write(file.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size()) ||
      ::lseek(file.get(), 0, SEEK_SET) != 0) {
    throw infrastructure(fmt::format("a memory file cannot be written: {}", std::strerror(errno)));
  }
  return file;
}

std::string content_of(const Descriptor& file) {
  struct stat info{};
  ::fstat(file.get(), &info);
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  if (::pread(file.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw infrastructure("the judge's result cannot be read back");
  }
  return bytes;
}

std::pair<Descriptor, Descriptor> connected_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw infrastructure(fmt::format("socketpair: {}", std::strerror(errno)));
  }
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// Read end, write end.
std::pair<Descriptor, Descriptor> connected_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw infrastructure(fmt::format("pipe: {}", std::strerror(errno)));
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// Its length is fixed: whoever could cut it would end the other side.
Descriptor exchange_memory() {
  Descriptor file(::memfd_create("mls-exchange", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (file.get() < 0 || ::ftruncate(file.get(), static_cast<off_t>(ExchangeMemory::file_bytes)) != 0 ||
      ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    throw infrastructure(fmt::format("a memory file cannot be made: {}", std::strerror(errno)));
  return file;
}

/// What joins a judge to its hosts: for each a socket pair and, `with_memory`, a memory; and the pipe on
/// which the judge asks for the next one.
class Wiring {
 public:
  explicit Wiring(bool with_memory) {
    for (int i = 0; i < judge::most_hosts; ++i) {
      auto [judge_end, host_end] = connected_pair();
      judge_ends_.push_back(std::move(judge_end));
      host_ends_.push_back(std::move(host_end));
      if (with_memory) memories_.push_back(exchange_memory());
    }
  }

  [[nodiscard]] std::vector<sandbox::PassedDescriptor> for_judge() const {
    std::vector<sandbox::PassedDescriptor> passed{{requests_.second.get(), judge::request_descriptor}};
    int as = judge::first_host_descriptor;
    for (const Descriptor& end : judge_ends_) passed.push_back({end.get(), as++});
    as = ExchangeMemory::first_judge_descriptor;
    for (const Descriptor& memory : memories_) passed.push_back({memory.get(), as++});
    return passed;
  }
  [[nodiscard]] std::vector<sandbox::PassedDescriptor> for_host(std::size_t number) const {
    std::vector<sandbox::PassedDescriptor> passed{{host_ends_[number].get(), 3}};
    if (!memories_.empty()) passed.push_back({memories_[number].get(), ExchangeMemory::host_descriptor});
    return passed;
  }

  // Only the children may hold their ends, or the one would not see the other's end close.
  void judge_started() {
    judge_ends_.clear();
    requests_.second.reset();
  }
  void host_started(std::size_t number) { host_ends_[number].reset(); }

  /// Waits until the judge asks for a fresh host (true) or ends without (false).
  [[nodiscard]] bool fresh_host_wanted(double within_s) const {
    const auto deadline = Clock::now() + std::chrono::duration<double>(within_s);
    while (true) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0) return false;
      pollfd watched{requests_.first.get(), POLLIN, 0};
      if (::poll(&watched, 1, static_cast<int>(std::min<long>(left, 1'000'000))) <= 0) continue;
      char request = 0;
      const ssize_t got = ::read(watched.fd, &request, 1);
      if (got >= 0 || errno != EINTR) return got == 1;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::vector<Descriptor> judge_ends_;
  std::vector<Descriptor> host_ends_;
  std::vector<Descriptor> memories_;
  std::pair<Descriptor, Descriptor> requests_ = connected_pipe();
};

fs::path judge_program(const Places& places, const task::Task& task) {
  fs::path program = judge_file(places.build, task.id);
  if (!fs::exists(program)) {
    throw infrastructure(fmt::format("{}: the judge is not built; run ./mls build", program.string()));
  }
  return program;
}

/// The draw key of DESIGN's third law, as text for the judge's order.
std::string draw_key(const SealKey& seal, const std::string& what) {
  return hex(hmac_sha256(seal.bytes, what));
}

std::vector<task::Pack> packs_of(const Places& places, const task::Task& task) {
  std::vector<task::Pack> packs;
  if (task.packs.empty()) return packs;
  const auto registry = task::pack_registry(places.root);
  for (const std::string& name : task.packs) packs.push_back(task::find_pack(registry, name));
  return packs;
}

constexpr const char* packs_mount = "/packs";
constexpr const char* artefact_mount = "/artefact.mls";
// Of judges that a zygote starts, which share their mounts.
constexpr int artefact_descriptor = judge::host_clock_descriptor + 1;

std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

/// The line of the host's own diagnostics that begins with "mls: ", if any: for people only.
std::string host_remark(const std::string& output) {
  const std::size_t at = output.rfind("mls: ");
  if (at == std::string::npos || (at > 0 && output[at - 1] != '\n')) return "";
  const std::size_t end = output.find('\n', at);
  return output.substr(at + 5, end == std::string::npos ? end : end - at - 5);
}

struct Verdict {
  Status status;
  std::string message;
};

/// Why the conversation broke off, from how the host ended.
Verdict verdict_of_end(const sandbox::Outcome& host, const CpuBudget& budget) {
  const std::string remark = host_remark(host.output);
  switch (host.end) {
    case sandbox::End::exited:
      if (host.code == sandbox::out_of_memory_status) return {Status::oom, "the method ran out of memory"};
      if (host.code == exit_exception && !remark.empty()) return {Status::crash, remark};
      if (host.code == 0) {
        return {Status::protocol_violation,
                "the method's process exited (code 0) before the run was complete"};
      }
      return {Status::crash,
              fmt::format("the method's process exited with code {} before the run was complete", host.code)};
    case sandbox::End::signalled:
    case sandbox::End::forbidden:
    case sandbox::End::output_flood:
    case sandbox::End::unloadable:
      return {Status::crash, host.detail};
    case sandbox::End::wall_timeout:
      return {Status::timeout, host.detail};
    case sandbox::End::cpu_timeout:
      return {Status::timeout, budget.exceeded};
    case sandbox::End::out_of_memory:
      return {Status::oom, host.detail};
    case sandbox::End::killed:
      return {Status::protocol_violation, "the method closed its connection before the run was complete"};
    case sandbox::End::not_started:
      return {Status::infrastructure, host.detail};
  }
  return {Status::infrastructure, "unknown end of the host"};
}

/// The judge's own account; nullopt when it has none, which is our fault.
std::optional<Json> judged(const sandbox::Outcome& judge, const Descriptor& result) {
  if (judge.end != sandbox::End::exited || judge.code != 0) return std::nullopt;
  Json json = Json::parse(content_of(result), nullptr, false);
  if (!json.is_object() || !json.contains("status")) return std::nullopt;
  return json;
}

/// What became of a run's hosts, one after the other.
struct HostsEnd {
  sandbox::Outcome last;
  int count = 0;
  double cpu_s = 0;
  std::size_t peak_bytes = 0;

  void add(sandbox::Outcome outcome) {
    ++count;
    cpu_s += outcome.cpu_s;
    peak_bytes = std::max(peak_bytes, outcome.peak_bytes);
    last = std::move(outcome);
  }
};

void apply(const Json& verdict, const HostsEnd& hosts, const CpuBudget& budget, RunRecord& record) {
  const std::string status = verdict.at("status").get<std::string>();
  record.message = verdict.at("message").get<std::string>();
  if (status == "host_ended") {
    const Verdict end = verdict_of_end(hosts.last, budget);
    record.status = end.status;
    record.message = end.message;
    record.doubtful = hosts.last.end == sandbox::End::signalled && hosts.last.code == SIGKILL;
    if (hosts.count > 1)
      record.message += fmt::format(" (process {} of the run, which share its limits)", hosts.count);
    return;
  }
  record.status = status_named(status).value_or(Status::infrastructure);
  if (record.status == Status::ok) record.metrics = verdict.at("metrics").get<score::Metrics>();
}

std::string failure_of(const sandbox::Outcome& judge) {
  return fmt::format("the judge failed: {}{}{}", judge.detail, judge.output.empty() ? "" : ": ",
                     one_line(judge.output));
}

}  // namespace

fs::path judge_file(const fs::path& build, const std::string& task_id) {
  fs::path program = build / "judges" / task_id;
  const fs::path shared = program.string() + ".so";
  return fs::exists(shared) ? shared : program;
}

Runner::Runner(const Places& places, const task::Task& task, SealKey seal, bool capped)
    : home_(places.home),
      task_(task),
      seal_(std::move(seal)),
      capped_(capped),
      judge_program_(judge_program(places, task)),
      judge_hash_(
          task::hash_of_files(places.root, task::source_closure(places.root, task.folder / "judge.cpp"))),
      packs_(packs_of(places, task)) {
  if (judge_uses_torch(places.root, task)) {
    torch_libraries_ = libraries_of(judge_program_);
    judge_hash_ += find_torch().version;
    if (judge_program_.extension() == ".so")
      judge_zygote_ = sandbox::Zygote::start(judge_zygote_command(Toolchain(places).torch_zygote()));
  }
  const sandbox::Outcome outcome = start_judge(judge_command("describe")).wait();
  if (outcome.end != sandbox::End::exited || outcome.code != 0) throw infrastructure(failure_of(outcome));
  // Libraries may have written before it.
  prepares_ =
      outcome.output.starts_with("prepares") || outcome.output.find("\nprepares") != std::string::npos;
}

std::string Runner::order_text(const Assignment& a) const {
  Json packs = Json::object();
  for (const task::Pack& pack : packs_) packs[pack.name] = fmt::format("{}/{}", packs_mount, pack.name);
  const std::string artefact_place =
      judge_zygote_ ? fmt::format("/proc/self/fd/{}", artefact_descriptor) : artefact_mount;
  return Json{{"params", a.setting->params},
              {"seed", a.seed},
              {"seed_key", draw_key(seal_, fmt::format("{}|{}|{}", task_.id, a.setting->id, a.seed))},
              {"setting_key", draw_key(seal_, fmt::format("{}|{}", task_.id, a.setting->id))},
              {"packs", packs},
              {"artefact", a.artefact.empty() ? "" : artefact_place},
              {"host_wall_s", task_.limits.wall_s}}
      .dump();
}

void Runner::add_packs(sandbox::Command& command) const {
  for (const task::Pack& pack : packs_) {
    const fs::path folder = task::pack_folder(home_, pack);
    if (fs::exists(folder))
      command.mounts.push_back({folder, fmt::format("{}/{}", packs_mount, pack.name), false});
  }
}

std::map<std::string, std::string> Runner::judge_environment() const {
  std::map<std::string, std::string> environment{{"LC_ALL", "C"}, {"ASAN_OPTIONS", "detect_leaks=0"}};
  if (!capped_) environment[judge::capacity_variable] = judge::capacity_off;
  return environment;
}

/// Judges are trusted, but see no more than they need: themselves, shared libraries, their packs and their
/// artefact.
sandbox::Command Runner::judge_command(const char* verb) const {
  sandbox::Command command;
  command.profile = sandbox::Profile::judge;
  command.argv = {"/judge", verb};
  command.mounts = {{judge_program_, "/judge", false}};
  if (torch_libraries_.empty()) {
    for (const auto& [from, to] : {std::pair("/usr/lib", "/usr/lib"), std::pair("/usr/lib", "/lib"),
                                   std::pair("/usr/lib64", "/lib64")})
      command.mounts.push_back({from, to, false});
  }
  // By the names that the loader asks for: some are links to what an administrator chose.
  for (const fs::path& library : torch_libraries_)
    command.mounts.push_back({library, library.string(), false});
  add_packs(command);
  command.environment = judge_environment();
  if (!torch_libraries_.empty()) command.environment.merge(torch_environment());
  command.limits = {.wall_s = judge_allowance_s,
                    .cpu_s = judge_allowance_s,
                    .memory_bytes = std::size_t{4} << 30,
                    .file_bytes = std::size_t{1} << 30,
                    .output_bytes = std::size_t{1} << 20,
                    .open_files = 64};
  return command;
}

/// Holds what all runs see: artefacts differ and travel as descriptors.
sandbox::Command Runner::judge_zygote_command(const Preload& preload) const {
  sandbox::Command command = zygote_command(preload, judge_program_, preloaded_judge);
  command.profile = sandbox::Profile::judge;
  command.environment.merge(judge_environment());
  std::set<fs::path> mounted(preload.libraries.begin(), preload.libraries.end());
  for (const fs::path& library : torch_libraries_)
    if (mounted.insert(library).second) command.mounts.push_back({library, library.string(), false});
  add_packs(command);
  return command;
}

sandbox::Process Runner::start_judge(sandbox::Command command, const fs::path& artefact) const {
  if (!judge_zygote_) {
    if (!artefact.empty()) command.mounts.push_back({artefact, artefact_mount, false});
    return sandbox::Process::start(command);
  }
  command.argv[0] = preloaded_judge;
  command.mounts.clear();
  Descriptor file;
  if (!artefact.empty()) {
    file = Descriptor(::open(artefact.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) throw infrastructure(fmt::format("{}: {}", artefact.string(), std::strerror(errno)));
    command.descriptors.push_back({file.get(), artefact_descriptor});
  }
  return judge_zygote_->run(command);
}

sandbox::Command Runner::host_command(const fs::path& program, const task::Setting& setting) const {
  sandbox::Command command;
  command.profile = sandbox::Profile::method;
  command.argv = {"/host"};
  command.mounts = {{program, "/host", false}};
  command.limits = {.wall_s = judge_allowance_s + task_.limits.wall_s,
                    .cpu_s = task_.limits.cpu_s,
                    .memory_bytes = static_cast<std::size_t>(task_.memory_mb(setting)) << 20,
                    .file_bytes = std::size_t{1} << 20,
                    .output_bytes = std::size_t{1} << 20,
                    .open_files = 16};
  return command;
}

class Runner::Starter {
 public:
  explicit Starter(const fs::path& program) {
    if (const auto preload = read_preload(program.parent_path()))
      zygote_ = sandbox::Zygote::start(zygote_command(*preload, program, preloaded_host));
  }
  [[nodiscard]] sandbox::Process start(const sandbox::Command& command) const {
    if (!zygote_) return sandbox::Process::start(command);
    sandbox::Command preloaded = command;
    preloaded.profile = sandbox::Profile::preloaded;
    preloaded.argv = {preloaded_host};
    preloaded.mounts.clear();
    return zygote_->run(preloaded);
  }

 private:
  std::optional<sandbox::Zygote> zygote_;
};

std::shared_ptr<const Runner::Starter> Runner::starter_of(const fs::path& program) const {
  const std::scoped_lock lock(starters_mutex_);
  std::shared_ptr<const Starter>& starter = starters_[program];
  if (!starter) starter = std::make_shared<const Starter>(program);
  return starter;
}

fs::path Runner::artefact_place(const Assignment& a) const {
  std::string inputs = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n", task_.id, judge_hash_, a.setting->id,
                                   a.setting->params.dump(), a.seed, seal_.id, __VERSION__);
  for (const task::Pack& pack : packs_) {
    for (const task::PackFile& file : pack.files) inputs += file.sha256 + "\n";
  }
  return home_ / "artefacts" / task_.id / (sha256_hex(inputs) + ".mls");
}

void Runner::prepare(const Assignment& a, std::optional<int> cpu, const std::stop_token& stop) const {
  const Descriptor order = memory_file(order_text(a));
  const Descriptor result = memory_file("");
  sandbox::Command command = judge_command("prepare");
  command.descriptors = {{order.get(), judge::order_descriptor}, {result.get(), judge::result_descriptor}};
  command.limits.wall_s = command.limits.cpu_s = preparation_allowance_s;
  command.cpu = cpu;
  sandbox::Process process = start_judge(command);
  const std::stop_callback on_stop(stop, [&process] { process.kill(); });
  const sandbox::Outcome outcome = process.wait();
  if (stop.stop_requested()) throw Interrupted();
  if (outcome.end != sandbox::End::exited || outcome.code != 0) {
    throw infrastructure(
        fmt::format("{} {} seed {}: {}", task_.id, a.setting->id, a.seed, failure_of(outcome)));
  }
  const std::string bytes = content_of(result);
  try {
    const StoredMessage check(bytes);
  } catch (const ProtocolError& error) {
    throw infrastructure(
        fmt::format("{}: the judge prepared a malformed artefact: {}", task_.id, error.what()));
  }
  write_atomic(artefact_place(a), bytes);
}

RunRecord Runner::run(const Assignment& a, const fs::path& host_program, std::optional<int> cpu,
                      const std::stop_token& stop) const {
  RunRecord record;
  record.setting = a.setting->id;
  record.seed = a.seed;
  std::shared_ptr<const Starter> starter;
  try {
    starter = starter_of(host_program);
  } catch (const Error& error) {
    record.message = error.what();
    return record;
  }
  const auto start = std::chrono::steady_clock::now();
  Wiring wiring(task_.runtime == "torch");
  const Descriptor order = memory_file(order_text(a));
  const Descriptor result = memory_file("");

  sandbox::Command judge_side = judge_command("run");
  judge_side.descriptors = wiring.for_judge();
  judge_side.descriptors.push_back({order.get(), judge::order_descriptor});
  judge_side.descriptors.push_back({result.get(), judge::result_descriptor});
  judge_side.limits.wall_s += task_.limits.wall_s;
  judge_side.cpu = cpu;

  const CpuBudget budget = a.budget.value_or(cpu_budget(task_.limits, std::nullopt));
  sandbox::Command host_side = host_command(host_program, *a.setting);
  host_side.cpu = cpu;

  try {
    std::optional<sandbox::Process> first_host;
    Descriptor clock;
    if (task_.protocol == "compute") {
      // A judge that measures time is started with the clock of its host.
      host_side.descriptors = wiring.for_host(0);
      host_side.limits.cpu_s = budget.cpu_s;
      first_host = starter->start(host_side);
      clock = first_host->cpu_clock();
      if (!clock.open()) clock = memory_file("");
      judge_side.descriptors.push_back({clock.get(), judge::host_clock_descriptor});
    }
    sandbox::Process judge = start_judge(judge_side, a.artefact);
    wiring.judge_started();
    const std::stop_callback stop_judge(stop, [&judge] { judge.kill(); });
    sandbox::Outcome judge_outcome;
    HostsEnd hosts;
    for (std::size_t number = 0; number < judge::most_hosts; ++number) {
      host_side.descriptors = wiring.for_host(number);
      host_side.limits.cpu_s = std::max(budget.cpu_s - hosts.cpu_s, least_cpu_s);
      sandbox::Process host = first_host ? std::move(*first_host) : starter->start(host_side);
      first_host.reset();
      wiring.host_started(number);
      const std::stop_callback stop_host(stop, [&host] { host.kill(); });
      const bool another = wiring.fresh_host_wanted(judge_side.limits.wall_s);
      if (!another) judge_outcome = judge.wait();
      // Dead and reaped before another one starts: whatever it knew is gone.
      hosts.add(host.wait(another ? 0 : host_grace_s));
      if (!another) break;
    }
    if (stop.stop_requested()) throw Interrupted();
    record.cpu_s = hosts.cpu_s;
    record.judge_cpu_s = judge_outcome.cpu_s;
    record.rss_mb = static_cast<double>(hosts.peak_bytes) / (1 << 20);
    if (const std::optional<Json> verdict = judged(judge_outcome, result)) {
      apply(*verdict, hosts, budget, record);
    } else if (judge_outcome.end == sandbox::End::cpu_timeout) {
      // Several times what the judge of any honest method needs, however loaded the machine is.
      record.status = Status::timeout;
      record.message =
          fmt::format("the judge was kept busy for more than {} s of CPU time", judge_allowance_s);
    } else {
      record.message = failure_of(judge_outcome);
    }
  } catch (const Error& error) {
    record.status = Status::infrastructure;
    record.message = error.what();
  }
  record.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return record;
}

}  // namespace mls::evaluate
