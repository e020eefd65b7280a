#include "host/generate.hpp"

#include <stdexcept>
#include <string>

namespace mls::host {

GenerateRound::GenerateRound(JudgeLink& judge, const Message& begin)
    : judge_(judge),
      rows_(begin.integer("rows")),
      width_(begin.integer("width")),
      calls_(begin.integer("calls")) {}

std::optional<std::span<const double>> GenerateRound::ask(std::span<const std::int32_t> rows,
                                                          std::span<const double> x) {
  const auto count = static_cast<std::int64_t>(rows.size());
  question_.add("rows", rows).add("x", x, {count, width_});
  judge_.send(question_);
  question_.reset("ask");
  const Message& reply = judge_.receive();
  if (reply.kind() == "exhausted") return std::nullopt;
  return reply.values<double>("y", {count, width_});
}

void generate(JudgeLink& judge, const Generator& generator) {
  while (true) {
    const Message& message = judge.receive();
    if (message.kind() == "finish") break;
    if (message.kind() != "begin")
      throw ProtocolError("the judge sent '" + message.kind() + "' where begin or finish is expected");
    GenerateRound round(judge, message);
    const std::vector<double> samples = generator(round, message);
    const auto count = static_cast<std::int64_t>(samples.size());
    if (count != round.rows() * round.width()) {
      throw std::runtime_error("the method made " + std::to_string(count) + " numbers; expected " +
                               std::to_string(round.rows()) + " samples of " + std::to_string(round.width()));
    }
    (void)judge.ask(Message("samples").add("samples", samples, {round.rows(), round.width()}), "received");
  }
  judge.send(Message("finished"));
}

}  // namespace mls::host
