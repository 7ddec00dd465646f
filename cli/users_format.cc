// A user from a file or prompts, and users as text and JSON.
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>

#include "cli/checked_prompt.h"
#include "cli/json_reader.h"
#include "cli/references.h"
#include "cli/text.h"
#include "cli/users.h"
#include "cli/words.h"
#include "proto/base/bytes.h"
#include "proto/limits.h"

namespace signpost::cli {
namespace {

constexpr size_t kMaxRoles = 10;

using Roles = google::protobuf::RepeatedPtrField<std::string>;

// "SOCIAL_WORKER" as the table stores it, "social-worker" as people write it.
std::string WordsOf(const Roles& roles, const char* between) {
  std::vector<std::string> words;
  for (const std::string& role : roles) words.push_back(WordFromCode(role));
  return absl::StrJoin(words, between);
}

bool TakeRoles(const std::vector<std::string>& words, Roles& roles) {
  roles.Clear();
  for (const std::string& word : words) {
    const std::optional<v1::Role> role = RoleFromName(word);
    if (!role) return false;
    *roles.Add() = v1::Role_Name(*role);
  }
  return true;
}

std::vector<std::string> SplitWords(const std::string& line) {
  return absl::StrSplit(line, absl::ByAnyChar(" ,"), absl::SkipEmpty());
}

std::string CheckRoles(const std::string& line) {
  Roles roles;
  return TakeRoles(SplitWords(line), roles) ? "" : "is not a list of the documented roles";
}

void ReadRoles(ObjectReader& reader, const std::string& key, Roles& roles) {
  if (!TakeRoles(reader.Texts(key, kMaxRoles, kMaxNameBytes), roles)) {
    reader.Complain(key, "holds a word that is not one of the documented roles");
  }
}

absl::StatusOr<std::string> AskFor(Prompter& prompter, std::string_view question,
                                   const std::string& now, const LineCheck& check) {
  std::string prompt(question);
  if (!now.empty()) prompt += "[" + CleanText(now) + "; Enter keeps it, - takes it away] ";
  const LineCheck or_dash = [&](const std::string& line) {
    return !now.empty() && line == "-" ? "" : check(line);
  };
  SIGNPOST_ASSIGN_OR_RETURN(const std::string line, AskUntil(prompter, prompt, or_dash));
  if (line.empty()) return now;
  return !now.empty() && line == "-" ? std::string() : line;
}

absl::Status UnknownRole() {
  return absl::InvalidArgumentError(
      "the entry has a role that this program does not know: name the roles anew");
}

std::string StateOf(const v1::UserRecord& record, std::string_view today) {
  if (record.removed()) return "REMOVED";
  const std::string& last = record.user().expires_on();
  if (last.empty()) return "";
  return (last < today ? "EXPIRED " : "until ") + last;
}

void WriteWords(JsonWriter& json, std::string_view name, const Roles& roles) {
  json.Key(name);
  json.BeginArray();
  for (const std::string& role : roles) json.String(WordFromCode(role));
  json.EndArray();
}

}  // namespace

std::string UsersText(const std::vector<v1::UserRecord>& records, std::string_view today,
                      bool plain) {
  Table table;
  std::string sentences;
  for (const v1::UserRecord& record : records) {
    const v1::User& user = record.user();
    const std::string assert_words =
        user.may_assert().empty() ? "" : "may assert " + WordsOf(user.may_assert(), " ");
    std::vector<std::string> cells = {
        user.id(),
        user.name(),
        user.organisation(),
        user.telephone(),
        WordsOf(user.roles(), " "),
        StateOf(record, today),
        assert_words,
        record.changed_by().empty()
            ? "from the configuration"
            : "by " + ActorOf(record.changed_by()) + " " + UtcMinute(record.changed_ms())};
    if (!plain) {
      table.Add(std::move(cells));
      continue;
    }
    std::string line;
    for (const std::string& cell : cells) {
      if (!cell.empty()) line += (line.empty() ? "" : ", ") + CleanText(cell);
    }
    sentences += line + ".\n";
  }
  return (plain ? sentences : table.Render(0)) + Counted(records.size(), "entry", "entries") +
         ".\n";
}

void WriteUsers(JsonWriter& json, const std::vector<v1::UserRecord>& records) {
  json.BeginObject();
  json.Field("schema", "signpost.user.list/v1");
  json.Key("users");
  json.BeginArray();
  for (const v1::UserRecord& record : records) {
    const v1::User& user = record.user();
    json.BeginObject();
    json.Field("id", user.id());
    json.Field("name", user.name());
    json.Field("organisation", user.organisation());
    json.Field("telephone", user.telephone());
    WriteWords(json, "roles", user.roles());
    json.OptionalField("expires_on", user.expires_on());
    WriteWords(json, "may_assert", user.may_assert());
    json.Field("state", record.removed() ? "removed" : "listed");
    if (record.changed_ms() > 0) json.Field("changed", UtcTime(record.changed_ms()));
    json.OptionalField("changed_by", record.changed_by());
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

absl::Status ReadUserFile(std::string_view text, v1::User& user) {
  SIGNPOST_ASSIGN_OR_RETURN(const auto object, ParseJsonObject(text));
  std::vector<std::string> problems;
  ObjectReader reader(object, "", problems);
  user.set_name(reader.Text("name", kMaxPersonBytes));
  if (user.name().empty() && problems.empty()) reader.Complain("name", "is needed");
  user.set_organisation(reader.Text("organisation", kMaxOrganisationBytes));
  user.set_telephone(reader.Text("telephone", kMaxTelephoneBytes));
  ReadRoles(reader, "roles", *user.mutable_roles());
  user.set_expires_on(ReadDate(reader, "expires_on"));
  ReadRoles(reader, "may_assert", *user.mutable_may_assert());
  reader.Finish();
  return ProblemsToStatus(problems);
}

absl::Status PromptForUser(Prompter& prompter, v1::User& user) {
  SIGNPOST_ASSIGN_OR_RETURN(*user.mutable_name(),
                            AskFor(prompter, "Name: ", user.name(), TextUpTo(kMaxPersonBytes)));
  SIGNPOST_ASSIGN_OR_RETURN(
      *user.mutable_organisation(),
      AskFor(prompter, "Organisation: ", user.organisation(), TextUpTo(kMaxOrganisationBytes)));
  SIGNPOST_ASSIGN_OR_RETURN(
      *user.mutable_telephone(),
      AskFor(prompter, "Telephone: ", user.telephone(), TextUpTo(kMaxTelephoneBytes)));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string roles,
                            AskFor(prompter, "Roles (" + absl::StrJoin(RoleNames(), ", ") + "): ",
                                   WordsOf(user.roles(), " "), CheckRoles));
  if (!TakeRoles(SplitWords(roles), *user.mutable_roles())) return UnknownRole();
  SIGNPOST_ASSIGN_OR_RETURN(*user.mutable_expires_on(),
                            AskFor(prompter, "Last day (YYYY-MM-DD, or Enter for no end): ",
                                   user.expires_on(), CheckDateLine));
  SIGNPOST_ASSIGN_OR_RETURN(const std::string asserted,
                            AskFor(prompter, "Systems: roles it may assert (or Enter for none): ",
                                   WordsOf(user.may_assert(), " "), CheckRoles));
  if (!TakeRoles(SplitWords(asserted), *user.mutable_may_assert())) return UnknownRole();
  return absl::OkStatus();
}

}  // namespace signpost::cli
