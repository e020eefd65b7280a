// mls-desk: what ./mls-test, ./mls-submit, ./mls-note and ./mls-budget in an agent's workspace run. Static
// and tiny; it holds no secrets, and whoever likes may speak to the socket without it (docs/agents.md). Also
// `mls-desk listen`, which the sandbox runs before the agent's program (src/trial/egress_proxy.hpp).
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "sandbox/send_descriptors.hpp"

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

constexpr std::size_t max_method_bytes = std::size_t{64} * 1024;

constexpr const char* usage =
    "mls-test [--no-wait] [--note TEXT] [--predict SETTING=SCORE~DEVIATION,...] [--json]\n"
    "mls-test --result [--json]      waits for the test that is running, then shows the last result\n"
    "mls-submit [--predict ...] [--json]\n"
    "mls-note TEXT\n"
    "mls-budget [--json]\n";

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

int connected() {
  const std::string path = variable("MLS_SOCKET", "/mls/socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error(path + ": too long for a socket");
  std::memcpy(address.sun_path, path.data(), path.size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("the desk does not answer at " + path + ": " + std::strerror(errno) +
                             "; the trial is over, or this does not run in its workspace");
  }
  return socket;
}

void send_line(int socket, const Json& request) {
  std::string line = request.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  for (std::size_t at = 0; at < line.size();) {
    const ssize_t count = ::send(socket, line.data() + at, line.size() - at, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw std::runtime_error("the desk hung up");
    at += static_cast<std::size_t>(count);
  }
}

Json received(int socket) {
  std::string line;
  std::array<char, 4096> chunk{};
  while (line.empty() || line.back() != '\n') {
    const ssize_t count = ::recv(socket, chunk.data(), chunk.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw std::runtime_error("the desk hung up: the trial is over");
    line.append(chunk.data(), static_cast<std::size_t>(count));
  }
  return Json::parse(line);
}

Json asked(const Json& request) {
  const int socket = connected();
  send_line(socket, request);
  Json reply = received(socket);
  ::close(socket);
  return reply;
}

std::string base64(const std::string& bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto byte = [&](std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i])) : 0U;
  };
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const unsigned word = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
    for (unsigned i = 0; i < 4; ++i) text += at + i > bytes.size() ? '=' : digits[word >> (18 - 6 * i) & 63];
  }
  return text;
}

/// The workspace as it was given.
fs::path given_folder() {
  return fs::path(variable("MLS_SOCKET", "/mls/socket")).parent_path() / "workspace";
}

bool same_content(const fs::path& one, const fs::path& other) {
  std::error_code failure;
  if (!fs::is_regular_file(fs::symlink_status(other, failure))) return false;
  std::ifstream first(one, std::ios::binary);
  std::ifstream second(other, std::ios::binary);
  return first && second &&
         std::equal(std::istreambuf_iterator<char>(first), {}, std::istreambuf_iterator<char>(second), {});
}

/// Given files other than method.cpp that were changed or removed; the first few.
Json changed_files() {
  constexpr std::size_t most = 20;
  const fs::path given = given_folder();
  const fs::path here = variable("MLS_WORKSPACE", "/work");
  Json changed = Json::array();
  std::error_code absent;
  for (const auto& entry : fs::recursive_directory_iterator(given, absent)) {
    const fs::path name = entry.path().lexically_relative(given);
    if (!entry.is_regular_file() || name == "method.cpp" || same_content(entry.path(), here / name)) continue;
    changed.push_back(name.string());
    if (changed.size() == most) break;
  }
  return changed;
}

std::string method() {
  const std::string path = variable("MLS_WORKSPACE", "/work") + "/method.cpp";
  std::ifstream file(path, std::ios::binary);
  if (!file || !fs::is_regular_file(path))
    throw std::runtime_error(path + " cannot be read; " + given_folder().string() +
                             " has the one to begin with");
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (bytes.size() > max_method_bytes) {
    throw std::runtime_error("method.cpp holds " + std::to_string(bytes.size()) + " bytes; at most " +
                             std::to_string(max_method_bytes) + " are allowed");
  }
  return bytes;
}

double number(const std::string& text) {
  std::size_t used = 0;
  double value = 0;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used == 0 || used != text.size()) throw std::runtime_error("--predict: \"" + text + "\" is no number");
  return value;
}

/// "a=40~10,b=55~5"
Json predictions(const std::string& text) {
  Json json = Json::object();
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string one = text.substr(at, end - at);
    const std::size_t equals = one.find('=');
    const std::size_t tilde = one.find('~', equals == std::string::npos ? 0 : equals);
    if (equals == std::string::npos || tilde == std::string::npos)
      throw std::runtime_error("--predict takes SETTING=SCORE~DEVIATION,..., not \"" + one + "\"");
    json[one.substr(0, equals)] = {{"score", number(one.substr(equals + 1, tilde - equals - 1))},
                                   {"deviation", number(one.substr(tilde + 1))}};
    at = end + 1;
  }
  return json;
}

struct Options {
  bool json = false;
  bool no_wait = false;
  bool result = false;
  Json fields = Json::object();
  Words rest;
};

Options options_in(const Words& words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = [&] {
      if (i + 1 >= words.size()) throw std::runtime_error(words[i] + " needs a value\n" + usage);
      return words[++i];
    };
    if (words[i] == "--json") {
      options.json = true;
    } else if (words[i] == "--no-wait") {
      options.no_wait = true;
    } else if (words[i] == "--result") {
      options.result = true;
    } else if (words[i] == "--note") {
      options.fields["note"] = value();
    } else if (words[i] == "--predict") {
      options.fields["predictions"] = predictions(value());
    } else if (words[i].rfind("--", 0) == 0) {
      throw std::runtime_error(words[i] + " is unknown\n" + usage);
    } else {
      options.rest.push_back(words[i]);
    }
  }
  return options;
}

Json awaited_result() {
  for (;;) {
    Json reply = asked({{"do", "result"}});
    if (!reply.value("ok", false) || !reply.at("status").at("testing").get<bool>()) return reply;
    ::usleep(200'000);
  }
}

Json request_of(const std::string& verb, const Options& options) {
  Json request{{"do", verb}};
  request.update(options.fields);
  if (verb == "test" || verb == "submit") {
    request["source_base64"] = base64(method());
    request["changed"] = changed_files();
  }
  if (verb == "note") {
    std::string text;
    for (const std::string& word : options.rest) text += (text.empty() ? "" : " ") + word;
    request["text"] = text;
  } else if (!options.rest.empty()) {
    throw std::runtime_error("\"" + options.rest.front() + "\" is too much\n" + usage);
  }
  return request;
}

/// Exit status: 0, or 1 when it was refused.
int shown(const Json& reply, bool json) {
  const bool ok = reply.value("ok", false);
  if (json) {
    std::cout << reply.dump(2) << "\n";
  } else if (ok) {
    std::cout << reply.value("text", "");
  } else {
    std::cerr << "mls: refused: " << reply.value("message", "") << "\n";
  }
  return ok ? 0 : 1;
}

/// Listens on the loopback of this network namespace and hands the socket out, so that somebody outside can
/// accept what connects to it.
void hand_out_listener(const std::string& port, const std::string& outside) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (listener < 0 || ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, SOMAXCONN) != 0)
    throw std::runtime_error("cannot listen on port " + port + ": " + std::strerror(errno));
  if (!mls::sandbox::send_descriptors(std::stoi(outside), std::string_view("\0", 1), {&listener, 1}))
    throw std::runtime_error(std::string("the listening socket cannot be handed out: ") +
                             std::strerror(errno));
}

void warn_of(const Json& changed) {
  if (changed.empty()) return;
  std::string names;
  for (const Json& name : changed) names += (names.empty() ? "" : ", ") + name.get<std::string>();
  std::cerr << "mls: note: changed here, without any effect on what is evaluated: " << names
            << "; only method.cpp is taken\n";
}

int run(const Words& words) {
  if (words.empty() || words[0] == "--help" || (words.size() > 1 && words[1] == "--help")) {
    std::cout << usage;
    return words.empty() ? 2 : 0;
  }
  if (words[0] == "listen" && words.size() == 3) {
    hand_out_listener(words[1], words[2]);
    return 0;
  }
  const Options options = options_in({words.begin() + 1, words.end()});
  if (options.result) return shown(awaited_result(), options.json);
  const Json request = request_of(words[0], options);
  if (request.contains("changed")) warn_of(request.at("changed"));
  if (!options.no_wait) return shown(asked(request), options.json);
  const int socket = connected();
  send_line(socket, request);
  // What is refused is refused at once; what is taken goes on without us.
  timeval patience{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  char first = 0;
  if (::recv(socket, &first, 1, MSG_PEEK) == 1) return shown(received(socket), options.json);
  std::cout << "The test is running; mls-test --result shows what it says.\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "mls: " << error.what() << "\n";
    return 2;
  }
}
