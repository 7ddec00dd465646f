#include "cli/references.h"

#include <absl/strings/ascii.h>
#include <absl/time/time.h>

#include <algorithm>

#include "cli/personal.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/limits.h"

namespace signpost::cli {
namespace {

constexpr size_t kMaxCodeBytes = 64;

bool IsCodeCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
}

}  // namespace

std::optional<Problem> RefusePersonalReferences(std::initializer_list<std::string> values) {
  for (const std::string& value : values) {
    const Suspicion suspicion = SuspicionOf(value);
    const bool spaced = value.find(' ') != std::string::npos;
    if (suspicion == Suspicion::kDate || (suspicion == Suspicion::kName && spaced)) {
      return UsageProblem(
          "A reference looks like " + std::string(SuspicionWords(suspicion)) +
              ", and was neither used nor repeated here",
          "other people on this computer can see arguments, and your shell may keep them",
          "delete the line from your shell's history; give your authority's own reference");
    }
  }
  return std::nullopt;
}

Problem InputProblem(std::string_view what, const absl::Status& status) {
  Problem problem =
      UsageProblem(what, FromAbsl(status.message()), "correct it; --help shows what is asked for");
  if (absl::IsCancelled(status)) problem.exit = ExitCode::kInterrupted;
  if (absl::IsUnavailable(status)) {
    problem.next = "run it at a terminal, or give the details in a file; see --help";
  }
  return problem;
}

absl::StatusOr<std::string> CodeFromWord(std::string_view word) {
  if (word.empty() || word.size() > kMaxCodeBytes ||
      !std::all_of(word.begin(), word.end(), IsCodeCharacter) ||
      SuspicionOf(word) == Suspicion::kDate || SuspicionOf(word) == Suspicion::kNhsNumber) {
    return absl::InvalidArgumentError(
        "a reason is a code of at most 64 letters, digits and hyphens, and never a person's "
        "details");
  }
  std::string code = absl::AsciiStrToUpper(ToAbsl(word));
  std::replace(code.begin(), code.end(), '-', '_');
  return code;
}

std::string WordFromCode(std::string_view code) {
  std::string word = absl::AsciiStrToLower(ToAbsl(code));
  std::replace(word.begin(), word.end(), '_', '-');
  return word;
}

std::string Today(int64_t now_ms) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixMillis(now_ms), absl::LocalTimeZone());
}

std::string ReadDate(ObjectReader& reader, const std::string& key) {
  std::string date = reader.Text(key, kMaxNameBytes);
  if (date.empty() || IsRealDate(date)) return date;
  reader.Complain(key, "is not a date YYYY-MM-DD that exists");
  return "";
}

absl::StatusOr<google::protobuf::Struct> ReadJsonFile(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxJsonFileBytes));
  return ParseJsonObject(text);
}

absl::Status AgreeByWord(Context& context, std::string_view warning, std::string_view word,
                         bool yes) {
  context.printer.Note(warning);
  if (yes) return absl::OkStatus();
  const std::string quoted = "'" + std::string(word) + "'";
  SIGNPOST_ASSIGN_OR_RETURN(const std::string answer,
                            context.prompter.Ask("Type " + quoted + " to go on: "));
  if (answer == word) return absl::OkStatus();
  return absl::CancelledError("you did not type " + quoted);
}

std::string ActorOf(std::string_view spiffe_id) {
  if (spiffe_id.empty()) return "the node";
  size_t at = spiffe_id.rfind('/');
  if (at == std::string_view::npos || at == 0) return std::string(spiffe_id);
  at = spiffe_id.rfind('/', at - 1);
  return std::string(at == std::string_view::npos ? spiffe_id : spiffe_id.substr(at + 1));
}

}  // namespace signpost::cli
