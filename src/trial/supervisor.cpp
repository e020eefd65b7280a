#include "trial/supervisor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "core/error.hpp"
#include "core/files.hpp"
#include "store/run_folder.hpp"
#include "store/submission.hpp"
#include "trial/desk_workshop.hpp"
#include "trial/test_report.hpp"
#include "trial/tools.hpp"
#include "trial/unified_diff.hpp"

namespace mls::trial {
namespace {

namespace fs = std::filesystem;

// What is unlimited must not fill the disk either, or make a log that nobody can read.
constexpr std::size_t max_steps = 5000;
constexpr std::uintmax_t max_log_file_bytes = std::uintmax_t{32} << 20;
constexpr int max_refusals = 200;
constexpr std::size_t max_note_bytes = 4096;
constexpr auto clock_period = std::chrono::seconds(60);
constexpr auto clock_tick = std::chrono::milliseconds(20);

/// The recorded submission of an attempt that was killed before it could note it in trial.json.
std::optional<std::string> recorded_run(const fs::path& home, const TrialKey& key,
                                        const TrialHistory& history, const std::string& method_sha256) {
  if (history.submitting_sha256 != method_sha256) return std::nullopt;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(store::runs_folder(home), absent)) {
    const std::string name = entry.path().filename().string();
    if (name.find("-" + key.task + "-") == std::string::npos) continue;
    if (!fs::exists(entry.path() / "result.json", absent)) continue;
    try {
      const store::Result result = store::load_result(entry.path());
      const bool ours = result.label == key.label && result.created >= history.submitting_since &&
                        result.evaluation.task_sha256 == key.task_sha256 &&
                        result.evaluation.capped == key.conditions.comparable() &&
                        result.evaluation.method_sha256 == method_sha256 &&
                        result.evaluation.seal == key.seal;
      if (ours) return result.id;
    } catch (const Error&) {
      continue;  // what cannot be read is reported by whoever lists the store
    }
  }
  return std::nullopt;
}

void require_acceptable(const evaluate::Method& method) {
  if (!method.rejection.empty())
    throw Refusal(
        Refusal::Reason::unacceptable,
        method.rejection + "; it was not taken, and nothing was counted: mend method.cpp and try again");
}

}  // namespace

// --- Account
// ---------------------------------------------------------------------------------------------------------

void Account::add(const Step& step) {
  ++steps_;
  switch (step.kind) {
    case Step::Kind::edit:
      ++actions_;
      draft_ = step.method_sha256;
      break;
    case Step::Kind::test:
      ++actions_;
      ++tests_;
      if (!first_tested_) first_tested_ = step.method_sha256;
      last_test_ = step.report;
      break;
    case Step::Kind::submission:
      submitted_ = step.method_sha256;
      break;
    case Step::Kind::note:
      break;
  }
}

Account::Choice Account::choice(const std::string& start_sha256) const {
  if (submitted_) return {*submitted_, "submission"};
  if (last_test_) return {last_test_->method_sha256, "last test"};
  return {start_sha256, "start"};
}

std::string Account::vanilla(const std::string& start_sha256) const {
  return first_tested_ ? *first_tested_ : choice(start_sha256).method_sha256;
}

// --- Life
// ------------------------------------------------------------------------------------------------------------

Supervisor::Supervisor(const TrialOrder& order, const TrialLog& log, TrialHistory history)
    : order_(order),
      log_(log),
      history_(std::move(history)),
      brief_(brief_of(*order.yardstick, order.conditions)),
      budget_(order.agent->budget()),
      start_sha256_(evaluate::method_from_source(brief_.start().source).sha256),
      account_(start_sha256_),
      stop_with_order_(order.options.stop, [this] { over_.request_stop(); }) {
  progress_.granted = budget_.tests.value_or(-1);
  progress_.budget = budget_;
  if (order.agent->repeatable() && !history_.ended && !order.finish) {
    known_ = history_.steps;
  } else {
    for (const Step& step : history_.steps) account_.add(step);
    progress_.repeated = account_.tests();
  }
  tell_account(Lock(mutex_));
  // Last, because it uses all of the above.
  if (!history_.ended) clock_ = std::jthread([this](const std::stop_token& stop) { watch_clock(stop); });
}

Supervisor::~Supervisor() = default;

CoreShares::Use Supervisor::cores_used() const {
  return order_.cores != nullptr ? order_.cores->use() : CoreShares::Use{};
}

double Supervisor::seconds() const {
  const double passed_s = std::chrono::duration<double>(Clock::now() - since_).count();
  return history_.seconds + std::max(0.0, passed_s - cores_used().delayed_s);
}

Used Supervisor::used(const Lock& /*held*/) const {
  return {account_.actions(), account_.tests(), seconds()};
}

Used Supervisor::used() const { return used(Lock(mutex_)); }

void Supervisor::watch_clock(const std::stop_token& stop) {
  Lock lock(mutex_);
  auto noted = Clock::now();
  for (;;) {
    auto next = noted + clock_period;
    if (budget_.seconds) {
      // It may stand still meanwhile: then there is some left, and this is asked again.
      const std::chrono::duration<double> left(*budget_.seconds - seconds());
      next = std::min(next, Clock::now() + std::chrono::ceil<Clock::duration>(left) + clock_tick);
    }
    tick_.wait_until(lock, stop, next, [] { return false; });
    if (stop.stop_requested()) return;
    const bool over = budget_.seconds && seconds() >= *budget_.seconds;
    if (over || Clock::now() >= noted + clock_period) {
      noted = Clock::now();
      log_.try_event("clock", {{"used", to_json(used(lock))}});
    }
    if (over) {
      lock.unlock();
      over_.request_stop();
      return;
    }
  }
}

void Supervisor::fail(std::exception_ptr fault) {
  {
    const Lock lock(mutex_);
    if (!fault_) fault_ = std::move(fault);
  }
  over_.request_stop();
}

void Supervisor::work() {
  if (history_.ended) return;
  if (order_.finish) return end("told to finish");
  std::string_view why = "the agent ended";
  try {
    order_.agent->run(*this);
  } catch (const Refusal& refusal) {
    // An agent of this process that does not look after its budget.
    if (refusal.reason() != Refusal::Reason::over) throw;
  }
  {
    const Lock lock(mutex_);
    if (fault_) std::rethrow_exception(fault_);
  }
  if (order_.options.stop.stop_requested()) throw evaluate::Interrupted();
  if (over_.stop_requested()) why = "time is up";
  end(why);
}

void Supervisor::end(std::string_view why) {
  clock_.request_stop();
  if (clock_.joinable()) clock_.join();
  event("ended", {{"why", why}});
  over_.request_stop();
}

// --- Steps
// -----------------------------------------------------------------------------------------------------------

int Supervisor::tests_left() const {
  const Lock lock(mutex_);
  return budget_.tests ? *budget_.tests - account_.tests() : std::numeric_limits<int>::max();
}

void Supervisor::require_open(const Lock& /*held*/) const {
  if (over_.stop_requested() || (budget_.seconds && seconds() >= *budget_.seconds))
    throw Refusal(Refusal::Reason::over, "the trial is over: nothing more is taken");
  std::error_code absent;
  const auto log_bytes = fs::file_size(log_.folder() / "events.jsonl", absent);
  if (account_.steps() >= max_steps || (!absent && log_bytes > max_log_file_bytes)) {
    throw Refusal(
        Refusal::Reason::budget,
        fmt::format("a trial has at most {} steps, notes and submissions included, and a log of {} MiB",
                    max_steps, max_log_file_bytes >> 20));
  }
}

void Supervisor::require_actions(const Lock& /*held*/, int actions) const {
  if (!budget_.actions) return;
  // A test is counted when it has ended; until then its action is spoken for.
  const int taken = account_.actions() + (testing_ ? 1 : 0);
  if (taken + actions <= *budget_.actions) return;
  throw Refusal(
      Refusal::Reason::budget,
      fmt::format("this takes {} action{}, and {} of {} are used up{}; the method that was edited last "
                  "({}) can still be submitted",
                  actions, actions == 1 ? "" : "s", taken, *budget_.actions,
                  testing_ ? ", the test that is running among them" : "", account_.draft().substr(0, 12)));
}

void Supervisor::require_test(const Lock& /*held*/) const {
  if (testing_) throw Refusal(Refusal::Reason::busy, "another test is running: wait for its result");
  if (!budget_.tests || account_.tests() < *budget_.tests) return;
  throw Refusal(Refusal::Reason::budget,
                fmt::format("no test is left: {} were granted; submit what you have", *budget_.tests));
}

bool Supervisor::is_edit(const Lock& /*held*/, const evaluate::Method& method) const {
  return method.sha256 != account_.draft();
}

bool Supervisor::repeated(const Lock& /*held*/, Step::Kind kind, const std::string& sha256) {
  if (next_ >= known_.size()) return false;
  const Step& step = known_[next_];
  if (step.kind == kind && step.method_sha256 == sha256) {
    account_.add(step);
    ++next_;
    return true;
  }
  // Another version of this program: the agent is not told the rest of an old story.
  log_.event("diverged", {{"steps", next_}});
  known_.resize(next_);
  return false;
}

void Supervisor::take(const Lock& lock, const Step& step, Json fields) {
  account_.add(step);
  tell_account(lock);
  fields["used"] = to_json(used(lock));
  constexpr std::string_view kinds[] = {"edit", "test", "submission", "note"};
  log_.event(kinds[static_cast<std::size_t>(step.kind)], fields);
}

void Supervisor::show(const Lock& lock, const evaluate::Method& method) {
  if (!is_edit(lock, method)) return;
  if (repeated(lock, Step::Kind::edit, method.sha256)) return;
  const std::string before = method_of(account_.draft()).source;
  log_.keep(method);
  take(lock, {Step::Kind::edit, method.sha256, std::nullopt, nullptr},
       {{"method_sha256", method.sha256}, {"diff", unified_diff(before, method.source)}});
}

TestReport Supervisor::test(const std::string& source, const Json& note) {
  return test(evaluate::method_from_source(source), note, nullptr);
}

TestReport Supervisor::test(const evaluate::Method& method, const Json& note, const Json& predictions) {
  return begin_test(method, note, predictions)();
}

/// While it is open no other test is granted.
class Supervisor::Grant {
 public:
  /// With the mutex of `supervisor` held.
  explicit Grant(Supervisor& supervisor) : supervisor_(supervisor) { supervisor_.testing_ = true; }
  ~Grant() {
    if (open_) give_back(Lock(supervisor_.mutex_));
  }
  Grant(const Grant&) = delete;
  Grant& operator=(const Grant&) = delete;
  void give_back(const Lock& /*held*/) { supervisor_.testing_ = open_ = false; }

 private:
  Supervisor& supervisor_;
  bool open_ = true;
};

std::function<TestReport()> Supervisor::begin_test(const evaluate::Method& method, const Json& note,
                                                   const Json& predictions) {
  Lock lock(mutex_);
  require_open(lock);
  require_acceptable(method);
  require_test(lock);
  require_actions(lock, is_edit(lock, method) ? 2 : 1);
  show(lock, method);
  if (repeated(lock, Step::Kind::test, method.sha256)) {
    tell([](TrialProgress& progress) { ++progress.repeated; });
    tell_account(lock);
    const std::optional<TestReport>& last = account_.last_test();
    if (!last) throw std::logic_error("a test that is repeated has no report");
    return [report = *last] { return report; };
  }
  log_.keep(method);
  const auto grant = std::make_shared<Grant>(*this);
  lock.unlock();
  return [=, this] { return finish_test(*grant, method, note, predictions); };
}

TestReport Supervisor::finish_test(Grant& grant, const evaluate::Method& method, const Json& note,
                                   const Json& predictions) {
  const CoreShares::Use before = cores_used();
  std::optional<TestReport> report;
  std::exception_ptr failure;
  try {
    report = tested(method);
  } catch (...) {
    failure = std::current_exception();
  }
  tell([](TrialProgress& progress) {
    progress.runs_done = progress.runs = 0;
    progress.testing = false;
  });
  const Lock lock(mutex_);
  grant.give_back(lock);
  if (failure) {
    // A test that the end of the trial has cut short has no result, and counts for nothing.
    if (over_.stop_requested() && !order_.options.stop.stop_requested() && !fault_)
      throw Refusal(Refusal::Reason::over, "the trial ended before the test did");
    std::rethrow_exception(failure);
  }
  Json fields{{"number", account_.tests() + 1}};
  fields.update(to_json(*report));
  fields["note"] = note;
  if (order_.cores != nullptr) {
    const CoreShares::Use now = cores_used();
    fields["cores"] = {{"held_s", now.held_s - before.held_s},
                       {"delayed_s", now.delayed_s - before.delayed_s}};
  }
  if (!predictions.is_null()) fields["predictions"] = predictions;
  take(lock, {Step::Kind::test, method.sha256, report, predictions}, std::move(fields));
  return *report;
}

void Supervisor::submit(const std::string& source) { submit(evaluate::method_from_source(source), nullptr); }

void Supervisor::submit(const evaluate::Method& method, const Json& predictions) {
  const Lock lock(mutex_);
  require_open(lock);
  require_acceptable(method);
  if (is_edit(lock, method)) require_actions(lock, 1);
  show(lock, method);
  if (repeated(lock, Step::Kind::submission, method.sha256)) return;
  log_.keep(method);
  Json fields{{"method_sha256", method.sha256}};
  if (!predictions.is_null()) fields["predictions"] = predictions;
  take(lock, {Step::Kind::submission, method.sha256, std::nullopt, predictions}, std::move(fields));
}

void Supervisor::edit(const evaluate::Method& method) {
  const Lock lock(mutex_);
  require_open(lock);
  require_acceptable(method);
  if (is_edit(lock, method)) require_actions(lock, 1);
  show(lock, method);
}

void Supervisor::note(const std::string& text) {
  const Lock lock(mutex_);
  require_open(lock);
  if (text.size() > max_note_bytes) {
    throw Refusal(Refusal::Reason::malformed,
                  fmt::format("a note of {} bytes; at most {} are taken", text.size(), max_note_bytes));
  }
  take(lock, {Step::Kind::note, "", std::nullopt, nullptr}, {{"text", text}});
}

Json Supervisor::status() const {
  const Lock lock(mutex_);
  const auto& submitted = account_.submitted();
  const auto& last_test = account_.last_test();
  return {{"budget", to_json(budget_)},
          {"used", to_json(used(lock))},
          {"draft_sha256", account_.draft()},
          {"submitted_sha256", submitted ? Json(*submitted) : Json(nullptr)},
          {"testing", testing_},
          {"last_test", last_test ? to_json(*last_test) : Json(nullptr)}};
}

void Supervisor::refused(const std::string& what, const Refusal& why) {
  const Lock lock(mutex_);
  if (++refusals_ > max_refusals) return;
  log_.try_event("refused", {{"request", what},
                             {"reason", name_of(why.reason())},
                             {"message", why.what()},
                             {"used", to_json(used(lock))}});
}

void Supervisor::event(std::string_view kind, Json fields) {
  const Lock lock(mutex_);
  fields["used"] = to_json(used(lock));
  log_.event(kind, fields);
}

std::string Supervisor::draft_source() const {
  const Lock lock(mutex_);
  return method_of(account_.draft()).source;
}

bool Supervisor::anything_done() const {
  const Lock lock(mutex_);
  return account_.submitted() || account_.tests() > 0;
}

evaluate::Method Supervisor::method_of(const std::string& sha256) const {
  if (sha256 == start_sha256_) return evaluate::method_from_source(brief_.start().source);
  return log_.kept(sha256);
}

std::unique_ptr<Workshop> Supervisor::open_workshop() { return std::make_unique<DeskWorkshop>(*this); }

std::unique_ptr<Toolbox> Supervisor::open_toolbox() { return std::make_unique<Toolbox>(*this); }

// --- Evaluation
// ------------------------------------------------------------------------------------------------------

TestReport Supervisor::tested(const evaluate::Method& method) {
  evaluate::Options options = this->options();
  options.visible_only = true;
  options.rehearsal = true;
  options.stop = over_.get_token();
  begin_evaluation(true);
  const auto evaluation = evaluate::evaluate(*order_.places, order_.yardstick->task, method, options, sink());
  require_no_fault(evaluation);
  return report_of(*order_.yardstick, evaluation);
}

std::string Supervisor::recorded(const evaluate::Method& method) {
  if (auto run = recorded_run(order_.places->home, log_.key(), history_, method.sha256)) return *run;
  write_atomic(log_.folder() / "method.cpp", method.source);
  log_.event("submitting", {{"method_sha256", method.sha256}, {"why", account_.choice(start_sha256_).why}});
  tell([](TrialProgress& progress) { progress.submitting = true; });
  begin_evaluation(false);
  const store::Submission submission =
      store::submit(*order_.places, *order_.yardstick, order_.label, method, options(), sink());
  if (!submission.recorded) throw infrastructure(submission.result.note);
  return submission.result.id;
}

void Supervisor::score_vanilla(const evaluate::Method& method) {
  begin_evaluation(false);
  const auto evaluation =
      evaluate::evaluate(*order_.places, order_.yardstick->task, method, options(), sink());
  require_no_fault(evaluation);
  const store::Scored scored = store::score_of(*order_.yardstick, evaluation);
  const Json json{{"score", scored.score ? store::to_json(*scored.score) : Json(nullptr)},
                  {"evaluation", evaluate::to_json(evaluation)}};
  write_atomic(log_.folder() / "vanilla.json",
               json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  log_.event("vanilla", {{"method_sha256", method.sha256},
                         {"score", scored.score ? Json(scored.score->score) : Json(nullptr)}});
}

TrialEnd Supervisor::score() {
  const Account::Choice choice = account_.choice(start_sha256_);
  const std::string vanilla = account_.vanilla(start_sha256_);
  const std::string run = recorded(method_of(choice.method_sha256));
  // What an attempt that was killed further on has logged is not logged again.
  if (std::ranges::find(history_.submitted_runs, run) == history_.submitted_runs.end())
    log_.event("submitted", {{"run", run}});
  if (!history_.vanilla) score_vanilla(method_of(vanilla));
  return {run, choice.method_sha256, account_.tests(), vanilla};
}

evaluate::Options Supervisor::options() const {
  evaluate::Options options = order_.options;
  options.capped = order_.conditions.capacity == Conditions::Capacity::on;
  options.cores = order_.cores;
  return options;
}

void Supervisor::begin_evaluation(bool test) {
  tell([test](TrialProgress& progress) {
    progress.runs_done = progress.runs = 0;
    progress.testing = test;
  });
}

evaluate::ProgressSink Supervisor::sink() {
  return [this](const evaluate::Progress& now) {
    if (now.stage != evaluate::Progress::Stage::running) return;
    tell([&](TrialProgress& progress) {
      progress.runs_done = now.done;
      progress.runs = now.total;
    });
  };
}

void Supervisor::tell_account(const Lock& /*held*/) {
  tell([this](TrialProgress& progress) {
    progress.actions = account_.actions();
    progress.tests = account_.tests();
    const auto& last = account_.last_test();
    if (last && last->score) progress.best = std::max(*last->score, progress.best.value_or(0));
  });
}

void Supervisor::tell(const std::function<void(TrialProgress&)>& change) {
  const std::scoped_lock lock(progress_mutex_);
  change(progress_);
  progress_.seconds = seconds();
  progress_.told = Clock::now();
  if (order_.progress) order_.progress(progress_);
}

}  // namespace mls::trial
