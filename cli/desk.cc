// `signpost desk alerts|notices|reviews|approvals`.
#include "cli/desk.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "cli/desk_items.h"
#include "cli/node_call.h"
#include "cli/references.h"
#include "signpost/v1/desk.grpc.pb.h"

namespace signpost::cli {
namespace {

using Stub = v1::DeskService::Stub;

constexpr int kWatchSeconds = 55;
constexpr auto kRetryWait = std::chrono::seconds(2);
constexpr int kMaxSilentTries = 30;  // about a minute without a node

struct View {
  v1::DeskView view;
  const char* verb;
  const char* noun;
  const char* description;
};

struct ListOptions {
  View view{};
  std::string case_reference;
  bool open = false;
  bool follow = false;
  uint32_t limit = 50;
  uint64_t before = 0;
};

std::string NotShown(const View& view) {
  return std::string("The ") + view.noun + "s were not shown";
}

ExitCode List(Context& context, const ListOptions& options) {
  v1::ListDeskRequest request;
  request.set_view(options.view.view);
  request.set_case_reference(options.case_reference);
  request.set_open_only(options.open);
  request.set_limit(options.limit);
  request.set_before_number(options.before);
  std::vector<v1::DeskItem> items;
  if (const auto problem = ReadNode<v1::DeskService>(context, NotShown(options.view),
                                                     &Stub::ListDesk, request, items)) {
    return context.Fail(*problem);
  }
  if (context.printer.json()) {
    JsonWriter json;
    WriteDesk(json, std::string("signpost.desk.") + options.view.verb + "/v1", items);
    context.printer.Document(json);
  } else {
    context.printer.Data(DeskText(items, options.view.noun, context.clock.NowMs()));
  }
  return ExitCode::kOk;
}

void ShowItem(Context& context, const v1::DeskItem& item) {
  if (context.printer.json()) {
    JsonWriter json;
    WriteDeskItem(json, item);
    context.printer.Document(json);
  } else {
    context.printer.Data(DeskItemText(item, context.clock.NowMs()));
  }
}

bool WorthAnotherTry(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
}

// One call of the watch: every item that comes before it ends.
grpc::Status WatchOnce(Context& context, Stub& stub, v1::WatchDeskRequest& request) {
  grpc::ClientContext call;
  SetDeadline(call, kWatchSeconds);
  const auto reader = stub.WatchDesk(&call, request);
  v1::DeskItem item;
  while (reader->Read(&item)) {
    request.set_after_number(std::max(request.after_number(), item.number()));
    ShowItem(context, item);
  }
  return reader->Finish();
}

// Ends only by a signal, a refusal, or a node that stays away: an alert must not be missed because
// a connection broke in silence.
ExitCode Follow(Context& context, const ListOptions& options) {
  const std::string what = NotShown(options.view);
  NodeLink link;
  if (const auto problem = LinkToNode(context, what, link)) return context.Fail(*problem);
  const auto stub = v1::DeskService::NewStub(link.channel);
  v1::WatchDeskRequest request;
  request.set_view(options.view.view);
  context.printer.Note(std::string("Open ") + options.view.noun +
                       "s, and then each new one as it comes; Ctrl-C ends it.");
  for (int silent_tries = 0; context.printer.good();) {
    const int64_t began_ms = context.clock.MonotonicMs();
    const grpc::Status status = WatchOnce(context, *stub, request);
    if (!status.ok() && !WorthAnotherTry(status)) {
      return context.Fail(GrpcProblem(what, link.peer, status));
    }
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) {
      silent_tries = 0;
      // A node that ends the call at once is not asked again without a pause.
      if (context.clock.MonotonicMs() - began_ms < 1000) std::this_thread::sleep_for(kRetryWait);
      continue;
    }
    if (silent_tries == 0) {
      context.printer.Note("No connection to " + link.peer + "; trying again.");
    }
    if (++silent_tries > kMaxSilentTries) {
      return context.Fail(GrpcProblem("New items are not shown any more", link.peer, status));
    }
    const auto until = std::chrono::system_clock::now() + kRetryWait;
    link.channel->WaitForConnected(until);
    std::this_thread::sleep_until(until);
  }
  return ExitCode::kOk;
}

ExitCode Run(Context& context, const ListOptions& options) {
  if (const auto problem = RefusePersonalReferences({options.case_reference})) {
    return context.Fail(*problem);
  }
  if (!options.follow) return List(context, options);
  if (options.case_reference.empty()) return Follow(context, options);
  return context.Fail(UsageProblem(NotShown(options.view),
                                   "--follow shows every child, and --case names one",
                                   "leave one of them out"));
}

constexpr View kViews[] = {
    {v1::ALERTS, "alerts", "alert", "Somebody asked about a protected child: ring them back"},
    {v1::NOTICES, "notices", "notice", "Somebody asked and was told: who, why, how to reach them"},
    {v1::REVIEWS, "reviews", "review", "Broken glass and withheld telling, each with a due date"},
    {v1::APPROVALS, "approvals", "approval", "What waits for a second person's decision"}};

}  // namespace

void AddDeskLists(CLI::App& desk, Context& context) {
  for (const View& view : kViews) {
    CLI::App* verb = AddVerb(desk, view.verb, view.description);
    auto options = std::make_shared<ListOptions>();
    options->view = view;
    verb->add_option("--case", options->case_reference, "Of one child: your own case reference")
        ->type_name("REF");
    verb->add_flag("--open", options->open, "Only what is still to be done");
    verb->add_flag("--follow", options->follow,
                   "The open ones, and then each new one as it comes, until Ctrl-C");
    verb->add_option("--limit", options->limit, "At most so many")
        ->check(CLI::Range(1, 1000).description(""))
        ->capture_default_str()
        ->type_name("N");
    verb->add_option("--before", options->before, "Those before this number")->type_name("N");
    verb->callback([&context, options] {
      context.action = [&context, options] { return Run(context, *options); };
    });
  }
}

void AddDesk(CLI::App& root, Context& context) {
  CLI::App* noun = AddNoun(root, "desk", "Who asked, whom to ring back, what to review and decide");
  AddDeskLists(*noun, context);
  AddDeskDecisions(*noun, context);
}

}  // namespace signpost::cli
