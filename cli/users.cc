#include "cli/users.h"

#include <absl/strings/str_join.h>

#include <memory>

#include "cli/node_call.h"
#include "cli/references.h"
#include "cli/text.h"
#include "cli/words.h"
#include "proto/base/file.h"
#include "signpost/v1/people.grpc.pb.h"

namespace signpost::cli {
namespace {

using Stub = v1::UserService::Stub;

struct UserOptions {
  std::string id;
  std::string file;
  bool change = false;
  bool yes = false;
};

std::optional<Problem> ReadAll(Context& context, std::string_view what,
                               std::vector<v1::UserRecord>& records) {
  return ReadNode<v1::UserService>(context, what, &Stub::ListUsers, v1::ListUsersRequest(),
                                   records);
}

const v1::UserRecord* FindUser(const std::vector<v1::UserRecord>& records, const std::string& id) {
  for (const v1::UserRecord& record : records) {
    if (record.user().id() == id && !record.removed()) return &record;
  }
  return nullptr;
}

// "practitioner/ab12" or "system/ab12": a name would be seen by others.
std::optional<Problem> CheckId(std::string_view what, const std::string& id) {
  const size_t slash = id.find('/');
  const std::string kind = id.substr(0, slash);
  if (slash != std::string::npos && slash + 1 < id.size() &&
      (kind == "practitioner" || kind == "system") && id.find(' ') == std::string::npos) {
    return std::nullopt;
  }
  return UsageProblem(what, "an id is practitioner/ID or system/ID, as the certificate has it",
                      "give the id of the certificate; the name is asked for, or read from --file");
}

ExitCode List(Context& context) {
  std::vector<v1::UserRecord> records;
  if (const auto problem = ReadAll(context, "The users were not listed", records)) {
    return context.Fail(*problem);
  }
  if (context.printer.json()) {
    JsonWriter json;
    WriteUsers(json, records);
    context.printer.Document(json);
  } else {
    context.printer.Data(UsersText(records, Today(context.clock.NowMs()), context.printer.plain()));
  }
  return ExitCode::kOk;
}

void ShowUser(Context& context, const char* schema, const std::string& said,
              const v1::UserRecord& record) {
  if (context.printer.json()) {
    JsonWriter json;
    json.BeginObject();
    json.Field("schema", schema);
    json.Field("id", record.user().id());
    json.Field("state", record.removed() ? "removed" : "listed");
    json.Field("changed", UtcTime(record.changed_ms()));
    json.Field("changed_by", record.changed_by());
    json.EndObject();
    context.printer.Document(json);
  } else {
    context.printer.Data(said + "\n");
  }
}

// PutUser replaces, so `add` looks first that it replaces nobody, and `change` that there is
// somebody.
std::optional<Problem> StartFromTable(Context& context, const UserOptions& options,
                                      std::string_view what, v1::User& user) {
  std::vector<v1::UserRecord> records;
  if (auto problem = ReadAll(context, what, records)) return problem;
  const v1::UserRecord* present = FindUser(records, options.id);
  if (options.change && present == nullptr) {
    return UsageProblem(what, "the user table has nobody with that id",
                        "check it with `signpost user list`, or add it with `signpost user add`");
  }
  if (!options.change && present != nullptr) {
    return UsageProblem(what, "the user table has that id already",
                        "change it with `signpost user change`");
  }
  if (options.change) user = present->user();
  return std::nullopt;
}

absl::Status Collect(Context& context, const UserOptions& options, v1::User& user) {
  if (options.file.empty()) return PromptForUser(context.prompter, user);
  user.Clear();
  SIGNPOST_ASSIGN_OR_RETURN(const std::string text, ReadFile(options.file, kMaxJsonFileBytes));
  return ReadUserFile(text, user);
}

// The node names what is wrong with an entry in words of its own, without values.
Problem PutProblem(Problem problem) {
  if (problem.code == "DETAILS") {
    problem.why =
        "the node does not accept the entry: a name and known roles are needed, nobody is both "
        "node-admin and privacy-officer, desk-worker or data-manager, only systems assert, and the "
        "last day is a date to come";
    problem.next = "correct it; `signpost user add --help` shows the fields";
  }
  return problem;
}

ExitCode Put(Context& context, const UserOptions& options) {
  const std::string_view what =
      options.change ? "The user was not changed" : "The user was not added";
  if (const auto problem = CheckId(what, options.id)) return context.Fail(*problem);
  v1::PutUserRequest request;
  v1::User& user = *request.mutable_user();
  if (const auto problem = StartFromTable(context, options, what, user)) {
    return context.Fail(*problem);
  }
  const absl::Status collected = Collect(context, options, user);
  if (!collected.ok()) return context.Fail(InputProblem(what, collected));
  user.set_id(options.id);
  v1::UserRecord record;
  if (const auto problem =
          CallNode<v1::UserService>(context, what, &Stub::PutUser, request, record)) {
    return context.Fail(PutProblem(*problem));
  }
  ShowUser(context, options.change ? "signpost.user.change/v1" : "signpost.user.add/v1",
           CleanText(record.user().id()) + (options.change ? " is changed." : " is added."),
           record);
  return ExitCode::kOk;
}

ExitCode Remove(Context& context, const UserOptions& options) {
  constexpr std::string_view kWhat = "The user was not removed";
  if (const auto problem = CheckId(kWhat, options.id)) return context.Fail(*problem);
  const absl::Status agreed = AgreeByWord(
      context, options.id + " will not be able to use the node any more.", "remove", options.yes);
  if (!agreed.ok()) return context.Fail(InputProblem(kWhat, agreed));
  v1::RemoveUserRequest request;
  request.set_id(options.id);
  v1::UserRecord record;
  if (const auto problem =
          CallNode<v1::UserService>(context, kWhat, &Stub::RemoveUser, request, record)) {
    return context.Fail(*problem);
  }
  ShowUser(context, "signpost.user.remove/v1", CleanText(record.user().id()) + " is removed.",
           record);
  return ExitCode::kOk;
}

std::string PutHelp() {
  return R"(Without --file the rest is asked for at the terminal. File (JSON; an unknown key is
refused):
  {"name": "", "organisation": "", "telephone": "", "roles": ["social-worker"],
   "expires_on": "YYYY-MM-DD",       the last day; left out: no end
   "may_assert": ["health-worker"]}  systems: roles of the persons it may name
Nobody is both node-admin and privacy-officer, desk-worker or data-manager, and nobody changes
their own entry.
Roles: )" +
         absl::StrJoin(RoleNames(), " ");
}

void AddPut(CLI::App& noun, Context& context, bool change) {
  CLI::App* verb =
      change ? AddVerb(noun, "change", "Change a person or system; for node administrators")
             : AddVerb(noun, "add", "Let a person or system use the node; for administrators");
  auto options = std::make_shared<UserOptions>();
  options->change = change;
  verb->add_option("ID", options->id, "practitioner/ID or system/ID, as in the certificate")
      ->required();
  verb->add_option("--file", options->file, "The entry as JSON")->type_name("PATH");
  verb->footer(PutHelp());
  verb->callback([&context, options] {
    context.action = [&context, options] { return Put(context, *options); };
  });
}

}  // namespace

void AddUser(CLI::App& root, Context& context) {
  CLI::App* noun = AddNoun(root, "user", "Who may use your authority's node, and as what");
  CLI::App* list = AddVerb(*noun, "list", "Every person and system, their roles and last day");
  list->callback([&context] { context.action = [&context] { return List(context); }; });
  AddPut(*noun, context, /*change=*/false);
  AddPut(*noun, context, /*change=*/true);
  CLI::App* remove = AddVerb(*noun, "remove", "End a person's or system's use of the node");
  auto options = std::make_shared<UserOptions>();
  remove->add_option("ID", options->id, "practitioner/ID or system/ID")->required();
  remove->add_flag("--yes", options->yes, "Do not ask before");
  remove->callback([&context, options] {
    context.action = [&context, options] { return Remove(context, *options); };
  });
}

}  // namespace signpost::cli
