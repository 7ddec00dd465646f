#include "cli/audit.h"

#include <memory>

#include "cli/node_link.h"
#include "cli/references.h"
#include "cli/words.h"
#include "proto/base/bytes.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::cli {
namespace {

constexpr int kShowSeconds = 30;
constexpr int kVerifySeconds = 60;

struct AuditOptions {
  uint32_t limit = 50;
  uint64_t before = 0;
};

std::string With(const char* label, const std::string& value) {
  return value.empty() ? "" : label + value;
}

std::vector<std::string> Cells(const v1::AuditRow& row) {
  std::string peer = row.peer();
  if (!row.peer_person().empty()) peer += (peer.empty() ? "" : ", ") + row.peer_person();
  if (!row.on_behalf_of().empty()) peer += " on behalf of " + row.on_behalf_of();
  const bool purpose = row.purpose() != v1::PURPOSE_UNSPECIFIED;
  const bool outcome = row.outcome() != v1::OUTCOME_UNSPECIFIED;
  return {Thousands(row.number()),
          UtcMinute(row.at_ms()),
          AuditKindWords(row.kind()),
          "by " + ActorOf(row.actor()),
          With("with ", peer),
          purpose ? PurposeName(row.purpose()) : "",
          outcome ? OutcomeCode(row.outcome()) : "",
          With("case ", row.case_reference()),
          With("question ", row.question_reference()),
          row.note()};
}

ExitCode Show(Context& context, const AuditOptions& options) {
  constexpr std::string_view kWhat = "The audit was not shown";
  NodeLink link;
  if (const auto problem = LinkToNode(context, kWhat, link)) return context.Fail(*problem);
  v1::ListAuditRequest request;
  request.set_limit(options.limit);
  request.set_before_number(options.before);
  grpc::ClientContext call;
  SetDeadline(call, kShowSeconds);
  const auto stub = v1::AuditService::NewStub(link.channel);
  const auto reader = stub->ListAudit(&call, request);
  std::vector<v1::AuditRow> rows;
  v1::AuditRow row;
  while (reader->Read(&row)) rows.push_back(row);
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return context.Fail(GrpcProblem(kWhat, link.peer, status));
  if (context.printer.json()) {
    JsonWriter json;
    WriteAudit(json, rows);
    context.printer.Document(json);
  } else {
    context.printer.Data(AuditText(rows, context.printer.plain()));
  }
  return ExitCode::kOk;
}

void ShowVerified(Context& context, const v1::VerifyAuditReply& reply) {
  if (context.printer.json()) {
    JsonWriter json;
    json.BeginObject();
    json.Field("schema", "signpost.audit.verify/v1");
    json.Field("chain", reply.intact() ? "intact" : "broken");
    json.Field("rows", reply.rows());
    if (!reply.intact()) json.Field("first_bad_number", reply.first_bad_number());
    json.Field("head", Hex(reply.head()));
    json.EndObject();
    context.printer.Document(json);
  } else if (reply.intact()) {
    context.printer.Data("INTACT: " + Counted(reply.rows(), "row", "rows") + ", head " +
                         Hex(reply.head()) + "\n");
  } else {
    context.printer.Data("BROKEN at row " + Thousands(reply.first_bad_number()) + " of " +
                         Thousands(reply.rows()) + "\n");
  }
}

ExitCode Verify(Context& context) {
  constexpr std::string_view kWhat = "The audit was not verified";
  NodeLink link;
  if (const auto problem = LinkToNode(context, kWhat, link)) return context.Fail(*problem);
  v1::VerifyAuditReply reply;
  grpc::ClientContext call;
  SetDeadline(call, kVerifySeconds);
  const auto stub = v1::AuditService::NewStub(link.channel);
  const grpc::Status status = stub->VerifyAudit(&call, v1::VerifyAuditRequest(), &reply);
  if (!status.ok()) return context.Fail(GrpcProblem(kWhat, link.peer, status));
  ShowVerified(context, reply);
  if (reply.intact()) return ExitCode::kOk;
  return context.Fail(
      {ExitCode::kInternal, "AUDIT_BROKEN", "The audit chain is broken",
       "a row was changed or is missing",
       "stop using the node, keep its disk as it is, and ring your privacy officer"});
}

}  // namespace

std::string AuditText(const std::vector<v1::AuditRow>& rows, bool plain) {
  if (rows.empty()) return "No rows.\n";
  Table table;
  std::string sentences;
  for (const v1::AuditRow& row : rows) {
    std::vector<std::string> cells = Cells(row);
    if (!plain) {
      table.Add(std::move(cells));
      continue;
    }
    std::string line = "Row ";
    for (size_t i = 0; i < cells.size(); ++i) {
      if (!cells[i].empty()) line += (i == 0 ? "" : ", ") + CleanText(cells[i]);
    }
    sentences += line + ".\n";
  }
  return plain ? sentences : table.Render(0);
}

void WriteAudit(JsonWriter& json, const std::vector<v1::AuditRow>& rows) {
  json.BeginObject();
  json.Field("schema", "signpost.audit.show/v1");
  json.Key("rows");
  json.BeginArray();
  for (const v1::AuditRow& row : rows) {
    json.BeginObject();
    json.Field("number", row.number());
    json.Field("at", UtcTime(row.at_ms()));
    json.Field("kind", AuditKindCode(row.kind()));
    json.Field("actor", row.actor());
    json.OptionalField("role", RoleWords(row.role()));
    json.OptionalField("peer", row.peer());
    json.OptionalField("peer_person", row.peer_person());
    json.OptionalField("on_behalf_of", row.on_behalf_of());
    json.OptionalField("case_reference", row.case_reference());
    if (row.purpose() != v1::PURPOSE_UNSPECIFIED) json.Field("purpose", PurposeName(row.purpose()));
    if (row.outcome() != v1::OUTCOME_UNSPECIFIED) json.Field("outcome", OutcomeCode(row.outcome()));
    json.OptionalField("question_reference", row.question_reference());
    json.OptionalField("evidence_hash", Hex(row.evidence_hash()));
    if (row.policy_version() > 0) json.Field("policy_version", row.policy_version());
    json.OptionalField("note", row.note());
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void AddAudit(CLI::App& root, Context& context) {
  CLI::App* noun =
      AddNoun(root, "audit", "What was asked, told and changed, and whether it is whole");
  CLI::App* show = AddVerb(*noun, "show", "The newest rows first; for privacy officers");
  auto options = std::make_shared<AuditOptions>();
  show->add_option("--limit", options->limit, "At most so many rows")
      ->check(CLI::Range(1, 1000).description(""))
      ->capture_default_str()
      ->type_name("N");
  show->add_option("--before", options->before, "Rows before this number")->type_name("N");
  show->callback([&context, options] {
    context.action = [&context, options] { return Show(context, *options); };
  });
  CLI::App* verify = AddVerb(*noun, "verify", "Walk the whole chain and say whether it is intact");
  verify->callback([&context] { context.action = [&context] { return Verify(context); }; });
}

}  // namespace signpost::cli
