// The verbs that speak to the hub with an officer's certificate: publish, suspend, send-order,
// members, health.
#include <absl/strings/str_cat.h>

#include <memory>
#include <optional>

#include "cli/connection.h"
#include "cli/federation.h"
#include "cli/federation_files.h"
#include "cli/federation_members.h"
#include "cli/officer_order.h"
#include "cli/text.h"
#include "proto/base/bytes.h"
#include "proto/crypto/dsse.h"
#include "proto/directory/signed_document.h"
#include "signpost/v1/relay.grpc.pb.h"

namespace signpost::cli {
namespace {

constexpr int kCallSeconds = 20;

struct HubLink {
  std::string label;  // "the hub at 127.0.0.1:7000"
  std::shared_ptr<grpc::Channel> channel;
};

absl::StatusOr<HubLink> OpenHub(const Context& context) {
  SIGNPOST_ASSIGN_OR_RETURN(const v1::Profile profile, LoadProfile(context.profile));
  SIGNPOST_ASSIGN_OR_RETURN(auto channel, ConnectToHub(profile));
  return HubLink{absl::StrCat("the hub at ", profile.hub_address()), std::move(channel)};
}

ExitCode FailProfile(Context& context, std::string_view what, const absl::Status& status) {
  return context.Fail(
      ConfigurationProblem(what, status, "choose an officer's profile with --profile"));
}

// Which of the hub's two ways in a document takes.
enum class Post { kDirectory, kOrder };

ExitCode PrintPosted(Context& context, Post post, const v1::PublishReply& reply) {
  const bool directory = post == Post::kDirectory;
  return Done(
      context, directory ? "signpost.federation.publish/v1" : "signpost.federation.send-order/v1",
      absl::StrCat(directory ? "Published" : "In force", ": directory ", reply.directory_version(),
                   ", told to ", Counted(reply.pushed_to(), "open stream", "open streams"), "\n"),
      {{"directory_version", absl::StrCat(reply.directory_version())},
       {"pushed_to", absl::StrCat(reply.pushed_to())}});
}

ExitCode SendDocument(Context& context, const HubLink& hub, const v1::SignedDocument& document,
                      Post post) {
  const auto stub = v1::FederationService::NewStub(hub.channel);
  grpc::ClientContext call;
  SetDeadline(call, kCallSeconds);
  v1::PublishReply reply;
  const grpc::Status status = post == Post::kDirectory
                                  ? stub->PublishDirectory(&call, document, &reply)
                                  : stub->Suspend(&call, document, &reply);
  if (!status.ok()) {
    return context.Fail(GrpcProblem(
        post == Post::kDirectory ? "The directory was not published" : "The order was not sent",
        hub.label, status));
  }
  return PrintPosted(context, post, reply);
}

ExitCode RunSend(Context& context, const std::string& path, Post post) {
  constexpr std::string_view kWhat = "Nothing was sent";
  const absl::StatusOr<v1::SignedDocument> document = ReadDocument(path);
  if (!document.ok()) return FailFile(context, kWhat, document.status());
  const std::string_view type = post == Post::kDirectory ? kDsseDirectory : kDsseSuspension;
  if (document->payload_type() != ToAbsl(type)) {
    return FailFile(context, kWhat,
                    absl::InvalidArgumentError(absl::StrCat(
                        path, post == Post::kDirectory ? " is not a directory"
                                                       : " is not a suspension order")));
  }
  const absl::StatusOr<HubLink> hub = OpenHub(context);
  if (!hub.ok()) return FailProfile(context, kWhat, hub.status());
  return SendDocument(context, *hub, *document, post);
}

void AddSend(CLI::App& federation, Context& context, Post post) {
  CLI::App* verb = post == Post::kDirectory
                       ? AddVerb(federation, "publish", "Gives a signed directory to the hub")
                       : AddVerb(federation, "send-order", "Gives a suspension order to the hub");
  auto path = std::make_shared<std::string>();
  verb->add_option("file", *path, "The signed document")->required();
  verb->callback([&context, path, post] {
    context.action = [&context, path, post] { return RunSend(context, *path, post); };
  });
}

struct SuspendOptions {
  std::string member;
  std::string reason;
  int hours = 24;
  std::string directory;
  std::string anchor;
  std::string key;
  std::string out;
  bool send = false;
};

// The directory that the order is written against: a file's, or with --send the hub's newest.
absl::StatusOr<v1::SignedDocument> DirectoryForOrder(const SuspendOptions& options,
                                                     const HubLink* hub) {
  if (!options.directory.empty()) return ReadDocument(options.directory);
  if (hub == nullptr) {
    return absl::InvalidArgumentError("give the current directory with --directory");
  }
  const auto stub = v1::DirectoryService::NewStub(hub->channel);
  grpc::ClientContext call;
  SetDeadline(call, kCallSeconds);
  v1::DirectoryUpdate update;
  const grpc::Status status = stub->GetDirectory(&call, v1::GetDirectoryRequest(), &update);
  if (!status.ok()) {
    return absl::UnavailableError(absl::StrCat("could not read the directory from ", hub->label));
  }
  return update.directory();
}

// An order against a forged directory would be void where it counts, so it is verified.
absl::StatusOr<v1::SignedDocument> MakeOrder(Context& context, const SuspendOptions& options,
                                             const HubLink* hub) {
  SIGNPOST_ASSIGN_OR_RETURN(const v1::Anchor anchor, ReadAnchor(options.anchor));
  SIGNPOST_ASSIGN_OR_RETURN(const OfficerSigner officer, ReadSigner(options.key, anchor));
  SIGNPOST_ASSIGN_OR_RETURN(const v1::SignedDocument document, DirectoryForOrder(options, hub));
  const int64_t now_ms = context.clock.NowMs();
  SIGNPOST_ASSIGN_OR_RETURN(const auto directory, VerifyDirectory(document, anchor, now_ms));
  SIGNPOST_ASSIGN_OR_RETURN(
      const v1::SuspensionOrder order,
      BuildOrder(directory->message(), options.member, options.reason, options.hours, now_ms));
  context.printer.Note(DescribeOrder(order, directory->message()));
  v1::SignedDocument signed_order = MakeSuspensionDocument(order);
  Countersign(signed_order, officer.name, officer.key);
  return signed_order;
}

ExitCode RunSuspend(Context& context, const SuspendOptions& options) {
  constexpr std::string_view kWhat = "Nobody was suspended";
  if (!options.send && options.out.empty()) {
    return context.Fail(UsageProblem(kWhat, "neither --send nor --out was given",
                                     "send the order, or write it to a file"));
  }
  std::optional<HubLink> hub;
  if (options.send) {
    absl::StatusOr<HubLink> opened = OpenHub(context);
    if (!opened.ok()) return FailProfile(context, kWhat, opened.status());
    hub = *std::move(opened);
  }
  const absl::StatusOr<v1::SignedDocument> order =
      MakeOrder(context, options, hub ? &*hub : nullptr);
  if (!order.ok()) return FailFile(context, kWhat, order.status());
  if (!options.out.empty()) {
    const absl::Status written = WriteDocument(options.out, *order);
    if (!written.ok()) return FailFile(context, kWhat, written);
  }
  if (hub) return SendDocument(context, *hub, *order, Post::kOrder);
  return Done(context, "signpost.federation.suspend/v1",
              absl::StrCat("Order written to ", options.out,
                           "; in force when sent: signpost federation send-order\n"),
              {{"member", options.member}, {"order", options.out}});
}

std::string ReasonHelp() {
  std::string text = "One of:";
  for (const SuspensionReason& reason : SuspensionReasons()) {
    absl::StrAppend(&text, " ", std::string(reason.code));
  }
  return text;
}

void AddSuspend(CLI::App& federation, Context& context) {
  CLI::App* verb = AddVerb(federation, "suspend",
                           "One officer's order: a member neither asks nor answers, at once");
  auto options = std::make_shared<SuspendOptions>();
  verb->add_option("--member", options->member, "The member's code")->required();
  verb->add_option("--reason", options->reason, ReasonHelp())->required();
  verb->add_option("--hours", options->hours, "How long, 1 to 24 (default 24)");
  verb->add_option("--key", options->key, "The officer's .key file")->required();
  verb->add_option("--anchor", options->anchor, "The anchor")->required();
  verb->add_option("--directory", options->directory,
                   "The directory in force; with --send the hub's newest is read");
  verb->add_option("--out", options->out, "Write the order to this file");
  verb->add_flag("--send", options->send, "Send the order to the hub");
  verb->callback([&context, options] {
    context.action = [&context, options] { return RunSuspend(context, *options); };
  });
}

ExitCode RunMembers(Context& context, bool figures) {
  constexpr std::string_view kWhat = "The members cannot be listed";
  const absl::StatusOr<HubLink> hub = OpenHub(context);
  if (!hub.ok()) return FailProfile(context, kWhat, hub.status());
  const auto stub = v1::FederationService::NewStub(hub->channel);
  grpc::ClientContext call;
  SetDeadline(call, kCallSeconds);
  v1::ListMembersReply reply;
  const grpc::Status status = stub->ListMembers(&call, v1::ListMembersRequest(), &reply);
  if (!status.ok()) return context.Fail(GrpcProblem(kWhat, hub->label, status));
  if (context.printer.json()) {
    JsonWriter json;
    MembersJson(reply, figures, json);
    context.printer.Document(json);
  } else {
    context.printer.Data(figures ? HealthText(reply) : MembersText(reply));
  }
  return ExitCode::kOk;
}

void AddMembers(CLI::App& federation, Context& context, bool figures) {
  CLI::App* verb = figures
                       ? AddVerb(federation, "health",
                                 "Every member with its figures: answers, times, versions, clock")
                       : AddVerb(federation, "members", "Every member and its state, worst first");
  verb->callback([&context, figures] {
    context.action = [&context, figures] { return RunMembers(context, figures); };
  });
}

}  // namespace

void AddFederationOnline(CLI::App& federation, Context& context) {
  AddMembers(federation, context, /*figures=*/false);
  AddMembers(federation, context, /*figures=*/true);
  AddSend(federation, context, Post::kDirectory);
  AddSuspend(federation, context);
  AddSend(federation, context, Post::kOrder);
}

}  // namespace signpost::cli
