// Step 1 of `signpost ask`: the question, from options, a file and prompts.
#include <absl/strings/str_join.h>

#include <algorithm>
#include <iostream>

#include "cli/ask.h"
#include "cli/checked_prompt.h"
#include "cli/json_reader.h"
#include "cli/personal.h"
#include "cli/question_file.h"
#include "cli/words.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/limits.h"

namespace signpost::cli {
namespace {

constexpr std::string_view kNotPut = "The question was not put";

std::string Why(const absl::Status& status) { return std::string(FromAbsl(status.message())); }

absl::StatusOr<std::string> ReadQuestionText(const std::string& path) {
  constexpr size_t kLimit = 64 * 1024;
  if (path != "-") return ReadFile(path, kLimit);
  std::string text(kLimit + 1, '\0');
  std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(std::cin.gcount()));
  return text;
}

// A word among an option's free text that must not stand in argv.
bool HoldsPersonalWord(const std::string& text) {
  size_t at = 0;
  while (at <= text.size()) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const Suspicion suspicion = SuspicionOf(std::string_view(text).substr(at, end - at));
    if (suspicion == Suspicion::kDate || suspicion == Suspicion::kNhsNumber) return true;
    at = end + 1;
  }
  return PassesNhsCheck(text);
}

std::optional<Problem> RefusePersonalOptions(const AskOptions& options) {
  // A case reference of ten digits may pass the check digit by chance, so only dates and names of
  // several words are refused there.
  const Suspicion in_case = SuspicionOf(options.case_reference);
  const bool spaced = options.case_reference.find(' ') != std::string::npos;
  if (in_case == Suspicion::kDate || SuspicionOf(options.approval) == Suspicion::kDate ||
      (in_case == Suspicion::kName && spaced) || HoldsPersonalWord(options.purpose_text) ||
      HoldsPersonalWord(options.lawful_basis)) {
    return UsageProblem(
        "An option's value looks like a personal detail, and was neither used nor repeated here",
        "other people on this computer can see arguments, and your shell may keep them",
        "delete the line from your shell's history; put the question by prompts or with "
        "--question-file");
  }
  return std::nullopt;
}

std::optional<Problem> FromFile(const AskOptions& options, v1::AskRequest& request) {
  const absl::StatusOr<std::string> text = ReadQuestionText(options.question_file);
  if (!text.ok()) {
    return UsageProblem(kNotPut, "the question file cannot be read: " + Why(text.status()),
                        "check the path and who may read it");
  }
  if (const absl::Status read = ReadQuestionFile(*text, request); !read.ok()) {
    return UsageProblem(kNotPut, "the question file is not as documented: " + Why(read),
                        "correct it; `signpost ask --help` shows the format");
  }
  return std::nullopt;
}

// An option and the same field of the file must not both be there.
bool SetOnce(const std::string& option, std::string* field) {
  if (option.empty()) return true;
  if (!field->empty()) return false;
  *field = option;
  return true;
}

std::optional<Problem> MergeOptions(const AskOptions& options, v1::AskRequest& request) {
  bool once = SetOnce(options.purpose_text, request.mutable_purpose_text()) &&
              SetOnce(options.lawful_basis, request.mutable_lawful_basis()) &&
              SetOnce(options.contact, request.mutable_contact_telephone()) &&
              SetOnce(options.approval, request.mutable_approval_reference());
  if (!options.purpose.empty()) {
    once = once && request.purpose() == v1::PURPOSE_UNSPECIFIED;
    request.set_purpose(PurposeFromName(options.purpose).value_or(v1::PURPOSE_UNSPECIFIED));
  }
  if (once) return std::nullopt;
  return UsageProblem(kNotPut, "an option and the question file both say the same thing",
                      "say it in one place");
}

Problem PromptProblem(const absl::Status& status) {
  if (absl::IsCancelled(status)) {
    return {ExitCode::kInterrupted, "INTERRUPTED", std::string(kNotPut),
            "the prompts were left (" + Why(status) + ")", "start again"};
  }
  return UsageProblem(kNotPut, Why(status),
                      "give --case REF, or --question-file PATH, or run it at a terminal");
}

std::optional<Problem> PromptForPurpose(Context& context, v1::AskRequest& request) {
  if (request.purpose() == v1::PURPOSE_UNSPECIFIED) {
    const auto purpose = PromptForText(
        context.prompter, "Purpose (" + absl::StrJoin(PurposeNames(), ", ") + "): ", kMaxNameBytes);
    if (!purpose.ok()) {
      return UsageProblem(kNotPut, "every question carries a purpose",
                          "give --purpose, one of: " + absl::StrJoin(PurposeNames(), ", "));
    }
    request.set_purpose(PurposeFromName(*purpose).value_or(v1::PURPOSE_UNSPECIFIED));
  }
  if (request.purpose() == v1::OTHER_PURPOSE && request.purpose_text().empty()) {
    const auto text = PromptForText(context.prompter, "Purpose, in words: ", kMaxTextBytes);
    if (!text.ok()) return PromptProblem(text.status());
    request.set_purpose_text(*text);
  }
  return std::nullopt;
}

// The warning is shown before anything that breaks the glass; a reason alone never breaks it.
std::optional<Problem> CollectBreakGlass(Context& context, const AskOptions& options,
                                         v1::AskRequest& request) {
  if (!options.break_glass && !options.break_glass_understood) {
    if (request.break_glass_reason().empty()) return std::nullopt;
    return Problem{ExitCode::kHeld, "BREAK_GLASS_WARNING", std::string(kNotPut),
                   "the question file breaks the glass and the warning was not agreed to. " +
                       std::string(kBreakGlassWarning.substr(0, kBreakGlassWarning.size() - 1)),
                   "give --break-glass and agree at the terminal, or --break-glass-understood when "
                   "the person has read the warning; or take the reason out"};
  }
  context.printer.Note(kBreakGlassWarning);
  if (options.break_glass_understood) {
    if (request.break_glass_reason().empty()) {
      return UsageProblem(kNotPut,
                          "--break-glass-understood needs a question file with a "
                          "break_glass_reason",
                          "write the reason into the file, or give --break-glass at a terminal");
    }
    request.set_break_glass_understood(true);
    return std::nullopt;
  }
  std::string reason = request.break_glass_reason();
  if (reason.empty()) {
    const auto why = PromptForText(context.prompter, "Reason: ", kMaxTextBytes);
    if (!why.ok()) return PromptProblem(why.status());
    if (why->empty()) return PromptProblem(absl::CancelledError("a reason is needed"));
    reason = *why;
  }
  const auto sure = context.prompter.Ask("Type 'break the glass' to go on: ");
  if (!sure.ok()) return PromptProblem(sure.status());
  if (*sure != "break the glass") {
    return PromptProblem(absl::CancelledError("the glass stays whole"));
  }
  request.set_break_glass_reason(reason);
  request.set_break_glass_understood(true);
  return std::nullopt;
}

std::optional<Problem> PromptForRest(Context& context, const AskOptions& options,
                                     v1::AskRequest& request) {
  if (request.child_case() == v1::AskRequest::CHILD_NOT_SET) {
    const absl::Status asked = PromptForChild(context.prompter, *request.mutable_details());
    if (!asked.ok()) return PromptProblem(asked);
  }
  if (auto problem = PromptForPurpose(context, request)) return problem;
  if (options.on_behalf_of && request.on_behalf_of().empty()) {
    const auto name =
        PromptForText(context.prompter, "You ask on behalf of (name and role): ", kMaxPersonBytes);
    if (!name.ok()) return PromptProblem(name.status());
    if (name->empty()) return PromptProblem(absl::CancelledError("no name was given"));
    request.set_on_behalf_of(*name);
  }
  return CollectBreakGlass(context, options, request);
}

}  // namespace

std::optional<Problem> CollectQuestion(Context& context, const AskOptions& options,
                                       v1::AskRequest& request) {
  if (auto problem = RefusePersonalOptions(options)) return problem;
  if (!options.case_reference.empty() && !options.question_file.empty()) {
    return UsageProblem(kNotPut, "--case and --question-file are both there", "give one of them");
  }
  if (!options.question_file.empty()) {
    if (auto problem = FromFile(options, request)) return problem;
  }
  if (!options.case_reference.empty()) request.set_case_reference(options.case_reference);
  if (auto problem = MergeOptions(options, request)) return problem;
  if (auto problem = PromptForRest(context, options, request)) return problem;
  if (const absl::Status checked = CheckRequest(request); !checked.ok()) {
    return UsageProblem(kNotPut, Why(checked), "see `signpost ask --help`");
  }
  return std::nullopt;
}

}  // namespace signpost::cli
