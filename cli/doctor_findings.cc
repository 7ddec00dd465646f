#include <algorithm>
#include <cstdlib>

#include "cli/doctor.h"
#include "proto/base/bytes.h"

namespace signpost::cli {
namespace {

constexpr int64_t kDayMs = 24 * 3'600'000LL;
constexpr int64_t kWarnDays = 14;
constexpr int64_t kClockWarnMs = 10'000;
constexpr int64_t kClockFailMs = 120'000;  // kMaxClockSkewMs: questions are refused beyond it
constexpr int64_t kCheckpointWarnMs = 30 * 60'000;
constexpr int64_t kBackupWarnMs = 2 * kDayMs;
constexpr int64_t kUpkeepWarnMs = 2 * kDayMs;

std::string_view HealthWord(Health health) {
  switch (health) {
    case Health::kOk:
      return "OK";
    case Health::kWarn:
      return "WARN";
    case Health::kFail:
      break;
  }
  return "FAIL";
}

std::string Days(int64_t ms) { return Counted(static_cast<uint64_t>(ms / kDayMs), "day", "days"); }

Finding ClockFinding(int64_t off_ms, std::string_view subject, const std::string& whose) {
  const int64_t size = std::abs(off_ms);
  const std::string says = whose + " differ by " + std::to_string(size / 1000) + "." +
                           std::to_string(size % 1000 / 100) + " s";
  if (size < kClockWarnMs) return {Health::kOk, std::string(subject), says, ""};
  return {size < kClockFailMs ? Health::kWarn : Health::kFail, std::string(subject), says,
          "set the clocks by NTP; beyond 120 s every question is refused"};
}

Finding DirectoryFinding(const v1::NodeStatus& status, int64_t now_ms) {
  Finding finding{Health::kOk, "directory", "", ""};
  const int64_t left = status.directory_not_after_ms() - now_ms;
  const std::string version = "version " + Thousands(status.directory_version());
  if (status.directory_version() == 0) {
    return {Health::kFail, "directory", "the node has no verified directory",
            "check the node's anchor file and its link to the hub"};
  }
  if (left <= 0) {
    return {Health::kFail, "directory", version + " has expired: nobody can be asked",
            "bring the node's link to the hub back; else ring the federation's officers"};
  }
  finding.says = version + ", valid for " + Days(left) + " more";
  if (left < kWarnDays * kDayMs) {
    finding.health = Health::kWarn;
    finding.next = "ask the federation's officers when the next directory comes";
  }
  return finding;
}

Finding HubFinding(const v1::NodeStatus& status) {
  if (status.suspended()) {
    return {Health::kFail, "hub", "this authority is suspended",
            "ring the federation's officers; until then telephone the other desks"};
  }
  if (status.hub_connected()) return {Health::kOk, "hub", "the node is connected", ""};
  const std::string reason = CleanText(status.hub_refusal());
  const bool unreachable = reason == "UNAVAILABLE" || reason == "DEADLINE_EXCEEDED";
  return {Health::kFail, "hub",
          unreachable      ? "the node cannot reach the hub"
          : reason.empty() ? "the node is not connected"
                           : "the hub refuses the node: " + reason,
          "check the network from the node to the hub; others cannot ask this authority now"};
}

Finding CustodianFinding(const v1::CustodianStatus& custodian) {
  const std::string name = CleanText(custodian.name());
  if (custodian.reachable()) {
    return {Health::kOk, "custodian", "custodian " + name + " answered the last time", ""};
  }
  const std::string error = CleanText(custodian.last_error());
  return {Health::kWarn, "custodian",
          "custodian " + name + " did not answer" + (error.empty() ? "" : ": " + error),
          "questions by typed details wait for it; tell your administrator if it stays so"};
}

Finding EnrolmentFinding(const v1::NodeStatus& status) {
  std::string epochs;
  bool behind = false;
  for (const v1::EnrolmentStatus& epoch : status.enrolment()) {
    epochs += (epochs.empty() ? "" : "; ") + std::string("epoch ") + std::to_string(epoch.epoch()) +
              ": " + Thousands(epoch.enrolled()) + " of " + Thousands(epoch.records());
    behind =
        behind || (epoch.epoch() == status.asking_epoch() && epoch.enrolled() < epoch.records());
  }
  if (epochs.empty()) epochs = "no epoch is being enrolled";
  if (status.waiting_for_enrolment() == 0 && !behind) {
    return {Health::kOk, "enrolment", epochs, ""};
  }
  return {Health::kWarn, "enrolment",
          epochs + "; " + Thousands(status.waiting_for_enrolment()) + " waiting",
          "others cannot find these children yet; if the number does not fall, look at the "
          "custodians"};
}

Finding CheckpointFinding(const v1::NodeStatus& status) {
  const int64_t age = status.clock_ms() - status.audit_checkpoint_ms();
  if (status.audit_checkpoint_ms() == 0) {
    return {Health::kWarn, "audit", "no checkpoint yet", "one is cut every 10 minutes; look again"};
  }
  if (age < kCheckpointWarnMs) {
    return {
        Health::kOk, "audit",
        "the last checkpoint is " + std::to_string(std::max<int64_t>(age, 0) / 60'000) + " min old",
        ""};
  }
  return {Health::kFail, "audit",
          "the last checkpoint is of " + UtcMinute(status.audit_checkpoint_ms()),
          "tell your administrator: the node may be unable to write its audit"};
}

Finding BackupFinding(const v1::NodeStatus& status) {
  const std::string next = "run `signpost-node backup` from a timer";
  if (status.backup_last_success_ms() == 0) {
    return {Health::kWarn, "backup", "none was ever made", next};
  }
  const std::string says = "the last one is of " + UtcMinute(status.backup_last_success_ms());
  if (status.clock_ms() - status.backup_last_success_ms() < kBackupWarnMs) {
    return {Health::kOk, "backup", says, ""};
  }
  return {Health::kWarn, "backup", says, next};
}

// A backup may be older than a shield, so a restored node answers nobody before a person has
// looked.
Finding ShieldsFinding(const v1::NodeStatus& status) {
  if (!status.shields_unconfirmed()) {
    return {Health::kOk, "shields", "the shields in force are confirmed", ""};
  }
  return {Health::kFail, "shields",
          "restored from a backup: others are answered nothing until the shields are confirmed",
          "a data manager compares every shield with your authority's own list, then: signpost "
          "child confirm-shields"};
}

Finding UpkeepFinding(const v1::NodeStatus& status) {
  const std::string next =
      "tell your administrator: without it nothing expires, is archived or destroyed";
  if (status.upkeep_last_ms() == 0) {
    return {Health::kWarn, "upkeep", "the scheduled pass has not run yet", next};
  }
  const std::string says = "the last scheduled pass was " + UtcMinute(status.upkeep_last_ms());
  if (status.clock_ms() - status.upkeep_last_ms() < kUpkeepWarnMs) {
    return {Health::kOk, "upkeep", says, ""};
  }
  return {Health::kWarn, "upkeep", says, next};
}

}  // namespace

Finding CertificateFinding(std::string_view subject, std::string_view whose, int64_t not_before_ms,
                           int64_t not_after_ms, int64_t now_ms) {
  Finding finding{Health::kOk, std::string(subject), std::string(whose), ""};
  const int64_t left = not_after_ms - now_ms;
  if (now_ms < not_before_ms) {
    finding.health = Health::kFail;
    finding.says += " is valid only from " + UtcMinute(not_before_ms);
    finding.next = "check this computer's clock";
  } else if (left <= 0) {
    finding.health = Health::kFail;
    finding.says += " ended " + UtcMinute(not_after_ms);
    finding.next = "ask your authority's administrator for a new one";
  } else {
    finding.says += " is valid for " + Days(left) + " more";
    if (left < kWarnDays * kDayMs) {
      finding.health = Health::kWarn;
      finding.next = "ask your authority's administrator for a new one now";
    }
  }
  return finding;
}

std::vector<Finding> NodeFindings(const v1::NodeStatus& status, int64_t asked_ms, int64_t now_ms) {
  std::vector<Finding> findings;
  findings.push_back({Health::kOk, "node",
                      "your node is " + CleanText(status.authority_name()) + " (" +
                          CleanText(status.authority_code()) + "), software " +
                          CleanText(status.software_version()) + ", " +
                          Counted(status.children(), "child", "children") + ", " +
                          Counted(status.index_tags(), "tag", "tags"),
                      ""});
  // The node read its clock somewhere between the two moments; half of the way is the best guess.
  const int64_t middle = asked_ms + (now_ms - asked_ms) / 2;
  findings.push_back(
      ClockFinding(status.clock_ms() - middle, "clock", "this computer's clock and the node's"));
  findings.push_back(CertificateFinding("node-certificate", "the node's certificate", 0,
                                        status.certificate_not_after_ms(), now_ms));
  findings.push_back(HubFinding(status));
  if (status.hub_connected()) {
    findings.push_back(
        ClockFinding(status.hub_clock_offset_ms(), "hub-clock", "the node's clock and the hub's"));
  }
  findings.push_back(DirectoryFinding(status, now_ms));
  for (const v1::CustodianStatus& custodian : status.custodians()) {
    findings.push_back(CustodianFinding(custodian));
  }
  findings.push_back(EnrolmentFinding(status));
  findings.push_back(CheckpointFinding(status));
  findings.push_back(ShieldsFinding(status));
  findings.push_back(UpkeepFinding(status));
  findings.push_back(BackupFinding(status));
  return findings;
}

std::string FindingsText(const std::vector<Finding>& findings) {
  Table table;
  uint64_t failed = 0;
  uint64_t warned = 0;
  for (const Finding& finding : findings) {
    failed += finding.health == Health::kFail ? 1 : 0;
    warned += finding.health == Health::kWarn ? 1 : 0;
    const std::string next = finding.next.empty() ? "" : ". Do: " + finding.next;
    table.Add({std::string(HealthWord(finding.health)), finding.subject, finding.says + next});
  }
  std::string out = table.Render(0);
  if (failed == 0 && warned == 0) return out + "All is well.\n";
  return out + Thousands(failed) + " failed, " + Counted(warned, "warning", "warnings") + ".\n";
}

void WriteFindings(JsonWriter& json, const std::vector<Finding>& findings) {
  json.BeginObject();
  json.Field("schema", "signpost.doctor/v1");
  json.Key("findings");
  json.BeginArray();
  for (const Finding& finding : findings) {
    json.BeginObject();
    json.Field("health", HealthWord(finding.health));
    json.Field("subject", finding.subject);
    json.Field("says", finding.says);
    json.OptionalField("next", finding.next);
    json.EndObject();
  }
  json.EndArray();
  json.Field("exit_code", static_cast<int>(FindingsExitCode(findings)));
  json.EndObject();
}

ExitCode FindingsExitCode(const std::vector<Finding>& findings) {
  const bool failed = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.health == Health::kFail;
  });
  return failed ? ExitCode::kConfiguration : ExitCode::kOk;
}

}  // namespace signpost::cli
