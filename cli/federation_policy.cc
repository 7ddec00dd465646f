// The verbs of the disclosure policy: show, check, set.
#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include <memory>

#include "cli/federation.h"
#include "cli/federation_files.h"
#include "cli/policy_words.h"
#include "cli/words.h"
#include "proto/base/bytes.h"
#include "proto/base/config.h"
#include "proto/base/file.h"
#include "proto/directory/disclosure.h"
#include "proto/limits.h"

namespace signpost::cli {
namespace {

constexpr mode_t kPublicMode = 0644;
constexpr size_t kMaxPolicyFile = 256 * 1024;

// A policy and where it is from.
struct Source {
  v1::Policy policy;
  std::string words;
};

struct PolicyOptions {
  std::string directory;
  std::string policy;
  std::string role;
  std::string purpose;
  std::string draft;
  std::string out;
};

// Protobuf text format, or JSON when it begins with a brace. Unknown fields are refused.
absl::StatusOr<v1::Policy> ReadPolicyFile(const std::string& path) {
  SIGNPOST_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxPolicyFile));
  v1::Policy policy;
  if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), "{")) {
    const auto parsed = google::protobuf::util::JsonStringToMessage(text, &policy);
    if (!parsed.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": ", std::string(parsed.message().data(), parsed.message().size())));
    }
  } else {
    SIGNPOST_RETURN_IF_ERROR(ReadTextConfig(path, policy));
  }
  SIGNPOST_RETURN_IF_ERROR(CheckPolicy(policy));
  return policy;
}

absl::StatusOr<Source> ReadSource(const PolicyOptions& options) {
  if (!options.policy.empty()) {
    SIGNPOST_ASSIGN_OR_RETURN(v1::Policy policy, ReadPolicyFile(options.policy));
    return Source{std::move(policy), "of the file " + options.policy};
  }
  if (options.directory.empty()) return Source{DefaultPolicy(), "the default"};
  SIGNPOST_ASSIGN_OR_RETURN(const v1::SignedDocument document, ReadDocument(options.directory));
  SIGNPOST_ASSIGN_OR_RETURN(const v1::Directory directory, ParseDirectory(document));
  return Source{directory.policy(), absl::StrCat("of directory ", directory.version())};
}

ExitCode RunShow(Context& context, const PolicyOptions& options) {
  const absl::StatusOr<Source> source = ReadSource(options);
  if (!source.ok()) return FailFile(context, "The policy cannot be shown", source.status());
  if (context.printer.json()) {
    JsonWriter json;
    WritePolicy(json, source->policy, source->words);
    context.printer.Document(json);
  } else {
    context.printer.Data(PolicyText(source->policy, source->words));
  }
  return ExitCode::kOk;
}

ExitCode RunCheck(Context& context, const PolicyOptions& options) {
  const absl::StatusOr<Source> source = ReadSource(options);
  if (!source.ok()) return FailFile(context, "The policy cannot be checked", source.status());
  const v1::Role role = RoleFromName(options.role).value_or(v1::ROLE_UNSPECIFIED);
  const v1::Purpose purpose = PurposeFromName(options.purpose).value_or(v1::PURPOSE_UNSPECIFIED);
  if (context.printer.json()) {
    JsonWriter json;
    WritePolicyCheck(json, source->policy, role, purpose);
    context.printer.Document(json);
  } else {
    context.printer.Data(PolicyCheckText(source->policy, role, purpose));
  }
  return ExitCode::kOk;
}

// The comment lines on top of a draft, which say what it is.
std::string Heading(const std::string& draft) {
  std::string heading;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(draft, '\n'))) {
    if (!absl::StartsWith(line, "#")) break;
    absl::StrAppend(&heading, line, "\n");
  }
  return heading;
}

bool SameButVersion(v1::Policy a, v1::Policy b) {
  a.clear_version();
  b.clear_version();
  return a.SerializeAsString() == b.SerializeAsString();
}

// Every decision is recorded with the policy's version, so two policies never share one.
absl::Status NumberPolicy(const v1::Policy& before, v1::Policy& policy) {
  if (policy.version() == 0) policy.set_version(before.version() + 1);
  if (policy.version() > before.version() || SameButVersion(before, policy)) {
    return CheckPolicy(policy);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the policy says version ", policy.version(), " and the draft has ", before.version(),
      " with other rules: leave the version out, and it is counted"));
}

absl::StatusOr<std::string> SetPolicy(const PolicyOptions& options, v1::Policy& before,
                                      v1::Policy& policy) {
  SIGNPOST_ASSIGN_OR_RETURN(policy, ReadPolicyFile(options.policy));
  v1::Directory draft;
  SIGNPOST_RETURN_IF_ERROR(ReadTextConfig(options.draft, draft));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string text, ReadFile(options.draft, kMaxDirectoryBytes));
  before = draft.policy();
  SIGNPOST_RETURN_IF_ERROR(NumberPolicy(before, policy));
  *draft.mutable_policy() = policy;
  std::string out;
  google::protobuf::TextFormat::PrintToString(draft, &out);
  return Heading(text) + out;
}

std::string ChangesText(const v1::Policy& before, const v1::Policy& after) {
  const auto lines = DescribePolicyChanges(before, after);
  if (!lines) return "  the draft's own policy was not valid; this one replaces it\n";
  if (lines->empty()) return "  nothing\n";
  return "  " + absl::StrJoin(*lines, "\n  ") + "\n";
}

ExitCode RunSet(Context& context, const PolicyOptions& options) {
  constexpr std::string_view kWhat = "The draft was not changed";
  v1::Policy before;
  v1::Policy policy;
  const absl::StatusOr<std::string> draft = SetPolicy(options, before, policy);
  if (!draft.ok()) return FailFile(context, kWhat, draft.status());
  const std::string& path = options.out.empty() ? options.draft : options.out;
  const absl::Status written = WriteFileAtomic(path, *draft, kPublicMode);
  if (!written.ok()) return FailFile(context, kWhat, written);
  return Done(context, "signpost.federation.policy.set/v1",
              absl::StrCat("Policy ", policy.version(), " written into ", path, ", changes:\n",
                           ChangesText(before, policy),
                           "In force when officers have signed a directory made from it: signpost "
                           "federation directory edit\n"),
              {{"policy_version", absl::StrCat(policy.version())}, {"file", path}});
}

using Run = ExitCode (*)(Context&, const PolicyOptions&);

std::shared_ptr<PolicyOptions> AddPolicyVerb(CLI::App& verb, Context& context, Run run) {
  auto options = std::make_shared<PolicyOptions>();
  verb.callback([&context, options, run] {
    context.action = [&context, options, run] { return run(context, *options); };
  });
  return options;
}

void AddSources(CLI::App& verb, PolicyOptions& options) {
  auto* directory = verb.add_option("--directory", options.directory,
                                    "The policy of this directory; does not say who signed it");
  verb.add_option("--policy", options.policy, "The policy of this file, text format or JSON")
      ->excludes(directory);
  verb.footer("Without a file: the default policy, in force where a directory has no rules.");
}

}  // namespace

void AddFederationPolicy(CLI::App& federation, Context& context) {
  CLI::App* noun =
      AddNoun(federation, "policy", "What may be told to which role for which purpose");
  CLI::App* show = AddVerb(*noun, "show", "The whole table in words");
  AddSources(*show, *AddPolicyVerb(*show, context, &RunShow));

  CLI::App* check = AddVerb(*noun, "check", "What one role may be told for one purpose");
  const auto checked = AddPolicyVerb(*check, context, &RunCheck);
  check->add_option("--role", checked->role, "One of: " + absl::StrJoin(RoleNames(), ", "))
      ->required()
      ->check(CLI::IsMember(RoleNames()).description(""))
      ->type_name("ROLE");
  check->add_option("--purpose", checked->purpose, "One of: " + absl::StrJoin(PurposeNames(), ", "))
      ->required()
      ->check(CLI::IsMember(PurposeNames()).description(""))
      ->type_name("PURPOSE");
  AddSources(*check, *checked);

  CLI::App* set = AddVerb(*noun, "set", "Puts a policy into a draft of the next directory");
  const auto put = AddPolicyVerb(*set, context, &RunSet);
  set->add_option("--draft", put->draft, "The draft, text format")->required();
  set->add_option("--policy", put->policy, "The policy, protobuf text format or JSON")->required();
  set->add_option("--out", put->out, "Write here instead of into the draft itself");
  set->footer(
      "Without a version in the policy it is counted. Every problem of the policy is named\n"
      "at once; `signpost federation directory sign` says every changed rule in a sentence.");
}

}  // namespace signpost::cli
