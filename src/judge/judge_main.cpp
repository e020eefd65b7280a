// main() of a judge program.
//
// Theory of operation: `mls` starts it inside the judge sandbox as `judge run|prepare`. Order and result
// travel over the descriptors of descriptors.hpp, as does the conversation with the hosts. `run` answers with
// one JSON object
// {"status","metrics","message","waited_s"}; `prepare` with the bytes of one frame. Anything that goes wrong
// on our own side ends with a text on stderr and exit code 3.
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "core/error.hpp"
#include "core/files.hpp"
#include "judge/descriptors.hpp"
#include "judge/task.hpp"

namespace mls::judge {
namespace {

constexpr int exit_infrastructure = 3;

std::string read_to_end(int fd) {
  std::string bytes;
  char block[65536];
  while (true) {
    const ssize_t count = ::read(fd, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw infrastructure("the order cannot be read");
    if (count == 0) return bytes;
    bytes.append(block, static_cast<std::size_t>(count));
  }
}

void write_result(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(result_descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw infrastructure("the result cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  ::close(result_descriptor);
}

struct Order {
  Params params;
  std::int64_t seed;
  Draws draws;
  Packs packs;
  std::string artefact;  // path, empty when the task prepares nothing
  double host_wall_s;
};

Order parse_order(const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text);
  std::map<std::string, std::filesystem::path> packs;
  for (const auto& [name, folder] : json.at("packs").items()) packs[name] = folder.get<std::string>();
  return {Params(json.at("params")),
          json.at("seed").get<std::int64_t>(),
          Draws(json.at("seed_key").get<std::string>(), json.at("setting_key").get<std::string>()),
          Packs(std::move(packs)),
          json.at("artefact").get<std::string>(),
          json.at("host_wall_s").get<double>()};
}

/// The hosts of one run, one after the other, over one HostLink.
class Hosts {
 public:
  explicit Hosts(double wall_s) : wall_s_(wall_s), link_(channel(0)) {}

  [[nodiscard]] HostLink& link() { return link_; }

  void next() {
    if (++current_ == most_hosts) {
      throw std::logic_error("a run uses at most " + std::to_string(most_hosts) + " hosts");
    }
    link_.continue_over(channel(link_.waited_s()));
    const char request = 0;
    while (::write(request_descriptor, &request, 1) != 1) {
      if (errno != EINTR) throw infrastructure("a fresh host cannot be asked for");
    }
  }

 private:
  [[nodiscard]] Channel channel(double waited_s) const {
    return {first_host_descriptor + current_, {.wait_budget_s = wall_s_, .waited_s = waited_s}};
  }

  double wall_s_;
  int current_ = 0;
  HostLink link_;
};

nlohmann::json verdict(std::string_view status, const std::string& message) {
  return {{"status", status}, {"message", message}, {"metrics", nlohmann::json::object()}};
}

nlohmann::json run_verdict(const TaskCode& task, const Order& order, const Message& artefact, Hosts& hosts) {
  try {
    Run run{order.params,
            order.seed,
            order.draws,
            order.packs,
            artefact,
            hosts.link(),
            [&hosts] { hosts.next(); }};
    const Metrics metrics = task.run(run);
    for (const auto& [name, value] : metrics) {
      if (!std::isfinite(value)) return verdict("invalid_output", "the metric '" + name + "' is not finite");
    }
    nlohmann::json result = verdict("ok", "");
    result["metrics"] = metrics;
    return result;
  } catch (const Violation& violation) {
    const bool output = violation.kind() == Violation::Kind::invalid_output;
    return verdict(output ? "invalid_output" : "protocol_violation", violation.what());
  } catch (const ProtocolError& error) {
    return verdict("protocol_violation", error.what());
  } catch (const ChannelTimeout& error) {
    return verdict("timeout", error.what());
  } catch (const ChannelClosed&) {
    return verdict("host_ended", "the host ended before the run was complete");
  }
}

int run_command(const TaskCode& task) {
  const Order order = parse_order(read_to_end(order_descriptor));
  StoredMessage artefact;
  if (!order.artefact.empty()) artefact = StoredMessage(read_file(order.artefact));
  Hosts hosts(order.host_wall_s);
  nlohmann::json result = run_verdict(task, order, artefact.get(), hosts);
  result["waited_s"] = hosts.link().waited_s();
  // A violation may quote what the host sent, which need not be text.
  write_result(result.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  return 0;
}

int prepare_command(const TaskCode& task) {
  const Order order = parse_order(read_to_end(order_descriptor));
  const auto say = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
  const StoredMessage prepared = task.prepare({order.params, order.seed, order.draws, order.packs, say});
  write_result(encode(prepared.get()));
  return 0;
}

}  // namespace

int judge_main(int argc, char** argv, const TaskCode& task) {
  const std::string command = argc == 2 ? argv[1] : "";
  try {
    if (command == "run") return run_command(task);
    if (command == "prepare" && task.prepare) return prepare_command(task);
    if (command == "describe") {
      std::puts(task.prepare ? "prepares" : "plain");
      return 0;
    }
    std::fprintf(stderr, "usage: judge run | prepare | describe (started by mls; not for people)\n");
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "judge: %s\n", error.what());
    return exit_infrastructure;
  }
}

}  // namespace mls::judge
