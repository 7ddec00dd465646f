#include "cli/doctor.h"

#include "cli/connection.h"
#include "proto/base/bytes.h"
#include "proto/transport/certificate.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::cli {
namespace {

constexpr int kCallSeconds = 15;

Finding Failed(std::string_view subject, const absl::Status& status, std::string_view next) {
  return {Health::kFail, std::string(subject), std::string(FromAbsl(status.message())),
          std::string(next)};
}

void LookAtFiles(const v1::Profile& profile, int64_t now_ms, std::vector<Finding>& findings) {
  const auto certificate = ReadCertificate(profile.certificate());
  if (!certificate.ok()) {
    findings.push_back(Failed("own-certificate", certificate.status(),
                              "ask your authority's administrator for a certificate"));
  } else {
    findings.push_back(CertificateFinding("own-certificate", "your certificate",
                                          certificate->not_before_ms, certificate->not_after_ms,
                                          now_ms));
  }
  const absl::Status pair = CheckKeyPair(profile.certificate(), profile.private_key());
  findings.push_back(
      pair.ok() ? Finding{Health::kOk, "own-key", "your key belongs to the certificate", ""}
                : Failed("own-key", pair, "put the key back that the certificate is for"));
}

void LookAtNode(Context& context, const v1::Profile& profile, std::vector<Finding>& findings) {
  const auto channel = ConnectToNode(profile);
  if (!channel.ok()) {
    findings.push_back(
        Failed("node", channel.status(), "correct the files that the profile names"));
    return;
  }
  const auto stub = v1::NodeAdminService::NewStub(*channel);
  grpc::ClientContext call;
  SetDeadline(call, kCallSeconds);
  v1::NodeStatus status;
  const int64_t asked_ms = context.clock.NowMs();
  const grpc::Status result = stub->GetNodeStatus(&call, v1::GetNodeStatusRequest(), &status);
  if (!result.ok()) {
    const Problem problem = GrpcProblem("node", "your node at " + profile.node_address(), result);
    findings.push_back({Health::kFail, "node", problem.why, problem.next});
    return;
  }
  for (Finding& finding : NodeFindings(status, asked_ms, context.clock.NowMs())) {
    findings.push_back(std::move(finding));
  }
}

bool OfficersOnly(const v1::Profile& profile) {
  return profile.node_address().empty() && !profile.hub_address().empty();
}

std::string WhoseProfile(const v1::Profile& profile) {
  return OfficersOnly(profile) ? ", an officer's: `signpost federation health` looks at the hub"
                               : ", authority " + profile.authority();
}

ExitCode RunDoctor(Context& context) {
  std::vector<Finding> findings;
  const auto profile = LoadProfile(context.profile);
  if (!profile.ok()) {
    findings.push_back(Failed("profile", profile.status(),
                              "ask your administrator for a profile, or name one with --profile"));
  } else {
    findings.push_back({Health::kOk, "profile",
                        ProfilePath(context.profile) + WhoseProfile(*profile) +
                            (profile->training() ? ", TRAINING" : ""),
                        ""});
    LookAtFiles(*profile, context.clock.NowMs(), findings);
    // An officer's profile names a hub and no node.
    if (!OfficersOnly(*profile)) LookAtNode(context, *profile, findings);
  }
  if (context.printer.json()) {
    JsonWriter json;
    WriteFindings(json, findings);
    context.printer.Document(json);
  } else {
    context.printer.Data(FindingsText(findings));
  }
  return FindingsExitCode(findings);
}

}  // namespace

void AddDoctor(CLI::App& root, Context& context) {
  CLI::App* doctor =
      AddVerb(root, "doctor", "Look at every link a question needs, and say what to do");
  doctor->footer("Each line says OK, WARN or FAIL and what to do. Exit 0, or 8 when a line fails.");
  doctor->callback([&context] { context.action = [&context] { return RunDoctor(context); }; });
}

}  // namespace signpost::cli
