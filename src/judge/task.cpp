#include "judge/task.hpp"

#include <stdexcept>

#include "core/hash.hpp"

namespace mls::judge {
namespace {

std::runtime_error wrong_parameter(const std::string& name, const char* expected) {
  return std::runtime_error("task.toml: the setting's params lack '" + name + "' as " + expected);
}

Rng stream_of(const std::string& key, std::string_view stream) {
  return Rng(first_word(hmac_sha256(key, stream)));
}

}  // namespace

std::int64_t Params::integer(const std::string& name) const {
  if (!values_.contains(name) || !values_[name].is_number_integer())
    throw wrong_parameter(name, "an integer");
  return values_[name].get<std::int64_t>();
}

double Params::real(const std::string& name) const {
  if (!values_.contains(name) || !values_[name].is_number()) throw wrong_parameter(name, "a number");
  return values_[name].get<double>();
}

std::string Params::text(const std::string& name) const {
  if (!values_.contains(name) || !values_[name].is_string()) throw wrong_parameter(name, "a string");
  return values_[name].get<std::string>();
}

bool Params::flag(const std::string& name) const {
  if (!values_.contains(name)) return false;
  if (!values_[name].is_boolean()) throw wrong_parameter(name, "a boolean");
  return values_[name].get<bool>();
}

Rng Draws::rng(std::string_view stream) const { return stream_of(seed_key_, stream); }
Rng Draws::setting_rng(std::string_view stream) const { return stream_of(setting_key_, stream); }

std::filesystem::path Packs::file(const std::string& pack, const std::string& name) const {
  const auto found = folders_.find(pack);
  if (found == folders_.end()) {
    throw std::runtime_error("task.toml: 'packs' lacks \"" + pack + "\", which the judge reads");
  }
  return found->second / name;
}

const Message& HostLink::expect(std::string_view kind) {
  const Message& message = channel_->receive();
  if (message.kind() != kind) {
    throw protocol_violation("the host sent '" + message.kind() + "' where '" + std::string(kind) +
                             "' is expected");
  }
  return message;
}

const Message& HostLink::ask(const Message& request, std::string_view reply_kind) {
  send(request);
  return expect(reply_kind);
}

StoredMessage store(const Message& message) { return StoredMessage(encode(message)); }

}  // namespace mls::judge
