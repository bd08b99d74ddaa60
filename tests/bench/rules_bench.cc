// What rules cost.  Run: build/release/bin/rules_bench
//
// 1. The verdict of the shipped rules beside the facts: all that is asked of an
//    encrypted message from MAIL to acceptance, with facts that are constants.
//    Bar: 2 us.
// 2. The corpus judged by the shipped rules and by 1,000 rules, 990 of them
//    patterns and set members in front of the shipped ones.  Bar: twice.
//
// The answers are checked first: every case of the corpus comes out the same
// by both.  With --check nothing is timed.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"
#include "deploy/ctl/check_report.h"
#include "deploy/ctl/file_octets.h"
#include "deploy/ctl/judging.h"
#include "deploy/ctl/manifest.h"
#include "policy/rulebook.h"
#include "policy/vocabulary.h"
#include "rules/evaluation.h"
#include "rules/rule_files.h"
#include "tests/bench/stopwatch.h"

namespace {

using policy::Fact;
using rules::Value;

constexpr double kMaxVerdictMicroseconds = 2.0;
constexpr double kMaxRatio = 2.0;
constexpr int kRounds = 15;

std::shared_ptr<const policy::Rulebook> rulebook_with(const std::string& own) {
  rules::RuleFiles files =
      rules::read_rule_files("", CHATMILTER_SOURCE_DIR "/rules");
  if (!own.empty()) files.files.insert(files.files.begin(), {"own.conf", own});
  const daemons::Settings settings;
  policy::RulebookResult result = policy::make_rulebook(
      files.files,
      [&settings](std::string_view key) { return settings.for_rules(key); },
      rules::read_list_file);
  for (const auto& diagnostic : result.diagnostics) {
    if (diagnostic.is_error) {
      std::fprintf(stderr, "%s\n", to_string(diagnostic).c_str());
    }
  }
  if (result.rulebook == nullptr) std::exit(1);
  return result.rulebook;
}

// 495 patterns over three facts and 495 sets, none of which matches.
std::string many_rules() {
  std::string text = "on inbound\n";
  const char* facts[] = {"author.domain", "header[Subject]", "reverse-path"};
  for (int i = 0; i < 495; ++i) {
    const std::string number = std::to_string(i);
    text += std::string("reject 554 5.7.1 \"no\" as pattern when ") +
            facts[i % 3] + " ~ \"(?i)^spam" + number + "[a-z]+\\.example$\"\n";
    text += std::string("reject 554 5.7.1 \"no\" as member when ") +
            facts[i % 3] + " in {\"a" + number + ".invalid\", \"b" + number +
            ".invalid\"}\n";
  }
  return text + "on outbound\n" + text.substr(text.find('\n') + 1);
}

// An encrypted message that is accepted, each fact known at once.
class ConstantFacts final : public rules::FactSource {
 public:
  bool is_complete = false;

  Value value(std::size_t fact, std::string_view) override {
    const auto& definition = policy::vocabulary().facts[fact];
    if (definition.stage == rules::Stage::kEnd && !is_complete) {
      return Value::not_yet();
    }
    switch (static_cast<Fact>(fact)) {
      case Fact::kShape:
        return Value::of(std::string_view("encrypted"));
      case Fact::kDkim:
        return Value::of(std::string_view("pass"));
      case Fact::kAuthor:
      case Fact::kReversePath:
        return Value::of(std::string_view("alice@alice.example"));
      default:
        break;
    }
    switch (definition.type) {
      case rules::Type::kFlag:
        return Value::of(false);
      case rules::Type::kNumber:
        return Value::of(std::uint64_t{1});
      default:
        return Value::of(std::string_view());
    }
  }
};

// True when it is accepted.
bool judge_once(const policy::Rulebook& rulebook) {
  ConstantFacts facts;
  rules::Evaluation evaluation(
      rulebook.rules(), rulebook.section(policy::Direction::kInbound), facts);
  evaluation.keep_trace();
  if (evaluation.decide().kind != rules::Outcome::Kind::kNotYet) return false;
  rules::Outcome outcome;
  const bool edits = !evaluation.header_edits(outcome).empty();
  facts.is_complete = true;
  const rules::Outcome decided = evaluation.decide();
  evaluation.final_edits(outcome);
  return edits && decided.kind == rules::Outcome::Kind::kDecided &&
         decided.rule->action == rules::Action::kAccept;
}

struct Message {
  ctl::Case subject;
  std::string octets;
};

std::vector<Message> read_corpus(const std::vector<std::string>& manifests) {
  std::vector<Message> corpus;
  for (const std::string& path : manifests) {
    ctl::Manifest manifest = ctl::read_manifest(path, {});
    for (ctl::Case& subject : manifest.cases) {
      std::FILE* file = std::fopen(subject.path.c_str(), "rbe");
      if (file == nullptr) continue;
      Message message{std::move(subject), {}};
      char chunk[65536];
      for (std::size_t n = 0;
           (n = std::fread(chunk, 1, sizeof chunk, file)) > 0;) {
        message.octets.append(chunk, n);
      }
      std::fclose(file);
      corpus.push_back(std::move(message));
    }
  }
  return corpus;
}

ctl::JudgingOptions options_with(
    std::shared_ptr<const policy::Rulebook> rulebook) {
  ctl::JudgingOptions options;
  options.configuration.rulebook = std::move(rulebook);
  options.now = 1795449600;
  return options;
}

// Microseconds for the whole of it.
double judge_all(const std::vector<Message>& corpus,
                 const ctl::JudgingOptions& options) {
  const double start = bench::cpu_microseconds();
  for (const Message& message : corpus) {
    ctl::judge_message(message.subject, message.octets, options);
  }
  return bench::cpu_microseconds() - start;
}

bool same_answers(const std::vector<Message>& corpus,
                  const ctl::JudgingOptions& one,
                  const ctl::JudgingOptions& other) {
  return std::all_of(corpus.begin(), corpus.end(), [&](const Message& message) {
    return describe(message.subject,
                    judge_message(message.subject, message.octets, one)) ==
           describe(message.subject,
                    judge_message(message.subject, message.octets, other));
  });
}

int run(bool only_check, const std::vector<std::string>& manifests) {
  const auto shipped = rulebook_with("");
  const auto many = rulebook_with(many_rules());
  const std::vector<Message> corpus = read_corpus(manifests);
  const ctl::JudgingOptions by_shipped = options_with(shipped);
  const ctl::JudgingOptions by_many = options_with(many);
  bench::check(corpus.size() >= 1000, "the corpus is there");
  bench::check(judge_once(*shipped) && judge_once(*many),
               "an encrypted message is accepted");
  bench::check(same_answers(corpus, by_shipped, by_many),
               "990 rules that match nothing change nothing");
  std::printf("answers: %zu messages come out the same by both\n",
              corpus.size());
  if (only_check) return 0;
  const double verdict = bench::microseconds_of([&] { judge_once(*shipped); });
  double least_shipped = std::numeric_limits<double>::max();
  double least_many = least_shipped;
  for (int round = 0; round < kRounds; ++round) {
    least_shipped = std::min(least_shipped, judge_all(corpus, by_shipped));
    least_many = std::min(least_many, judge_all(corpus, by_many));
  }
  const auto each = static_cast<double>(corpus.size());
  const double ratio = least_many / least_shipped;
  std::printf("verdict beside the facts  %6.2f us  (bar %.1f)\n", verdict,
              kMaxVerdictMicroseconds);
  std::printf("corpus, shipped rules     %6.2f us a message\n",
              least_shipped / each);
  std::printf(
      "corpus, 1,000 rules       %6.2f us a message, %.2f times (bar %.1f)\n",
      least_many / each, ratio, kMaxRatio);
  return verdict <= kMaxVerdictMicroseconds && ratio <= kMaxRatio ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> manifests;
  for (const char* name : {"dkim", "encrypted", "readable", "shapes"}) {
    manifests.push_back(std::string(CHATMILTER_SOURCE_DIR "/corpus/") + name +
                        "/manifest.jsonl");
  }
  return run(bench::only_checks(argc, argv), manifests);
}
