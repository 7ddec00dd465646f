#include "cli/printer.h"

#include <string>

namespace signpost::cli {
namespace {

std::string ErrorText(const Problem& problem, int64_t now_ms) {
  std::string out = "signpost: " + problem.what + ".\n";
  if (!problem.why.empty()) out += "  Why:       " + problem.why + ".\n";
  if (!problem.next.empty()) out += "  Next:      " + problem.next + ".\n";
  out += "  Reference: " + ProblemReference(problem, now_ms) + "\n";
  return out;
}

std::string ErrorJson(const Problem& problem, int64_t now_ms) {
  JsonWriter json;
  json.BeginObject();
  json.Field("schema", "signpost.error/v1");
  json.Field("what", problem.what);
  json.OptionalField("why", problem.why);
  json.OptionalField("next", problem.next);
  json.Field("reference", ProblemReference(problem, now_ms));
  json.Field("exit_code", static_cast<int>(problem.exit));
  json.Field("meaning", ExitCodeMeaning(problem.exit));
  json.EndObject();
  return json.Take();
}

}  // namespace

void Printer::Data(std::string_view text) {
  ClearProgress();
  out_ << text << std::flush;
}

void Printer::Note(std::string_view line) {
  ClearProgress();
  err_ << line << "\n" << std::flush;
}

void Printer::Progress(std::string_view line) {
  if (!may_animate()) return;
  err_ << "\r\x1b[K" << line << std::flush;
  progress_shown_ = true;
}

void Printer::ClearProgress() {
  if (!progress_shown_) return;
  err_ << "\r\x1b[K" << std::flush;
  progress_shown_ = false;
}

void Printer::Error(const Problem& problem, int64_t now_ms) {
  ClearProgress();
  err_ << (json() ? ErrorJson(problem, now_ms) : ErrorText(problem, now_ms)) << std::flush;
}

}  // namespace signpost::cli
