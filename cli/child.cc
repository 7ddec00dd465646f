// `signpost child`: the noun, and its verbs that read one record.
#include <memory>

#include "cli/node_call.h"
#include "cli/records.h"
#include "cli/references.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::cli {
namespace {

using Stub = v1::RecordService::Stub;

ExitCode ShowChild(Context& context, const std::string& case_reference) {
  constexpr std::string_view kWhat = "The record was not shown";
  if (const auto problem = RefusePersonalReferences({case_reference})) {
    return context.Fail(*problem);
  }
  v1::GetChildRequest request;
  request.set_case_reference(case_reference);
  v1::ChildRecord record;
  if (const auto problem =
          CallNode<v1::RecordService>(context, kWhat, &Stub::GetChild, request, record)) {
    return context.Fail(*problem);
  }
  if (context.printer.json()) {
    JsonWriter json;
    WriteChild(json, record);
    context.printer.Document(json);
  } else {
    context.printer.Data(ChildText(record));
  }
  return ExitCode::kOk;
}

ExitCode ShowHistory(Context& context, const std::string& case_reference) {
  constexpr std::string_view kWhat = "The history was not shown";
  if (const auto problem = RefusePersonalReferences({case_reference})) {
    return context.Fail(*problem);
  }
  v1::GetChildRequest request;
  request.set_case_reference(case_reference);
  std::vector<v1::ChildVersion> versions;
  if (const auto problem =
          ReadNode<v1::RecordService>(context, kWhat, &Stub::ListHistory, request, versions)) {
    return context.Fail(*problem);
  }
  if (context.printer.json()) {
    JsonWriter json;
    WriteHistory(json, versions);
    context.printer.Document(json);
  } else {
    context.printer.Data(HistoryText(versions));
  }
  return ExitCode::kOk;
}

void AddReader(CLI::App& noun, Context& context, const std::string& name,
               const std::string& description, ExitCode (*run)(Context&, const std::string&)) {
  CLI::App* verb = AddVerb(noun, name, description);
  auto case_reference = std::make_shared<std::string>();
  verb->add_option("--case", *case_reference, "Your authority's own case reference")
      ->required()
      ->type_name("REF");
  verb->callback([&context, case_reference, run] {
    context.action = [&context, case_reference, run] { return run(context, *case_reference); };
  });
}

}  // namespace

void AddChild(CLI::App& root, Context& context) {
  CLI::App* noun = AddNoun(root, "child", "Your authority's own records of children");
  AddReader(*noun, context, "show", "One record and its involvements; reading is recorded",
            &ShowChild);
  AddChildPut(*noun, context);
  AddReader(*noun, context, "history",
            "What a record said before it was corrected or merged; for data managers",
            &ShowHistory);
  AddChildProtect(*noun, context);
  AddChildDuplicates(*noun, context);
  AddChildExplain(*noun, context);
}

}  // namespace signpost::cli
