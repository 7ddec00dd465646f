// `signpost doctor`: looks at everything a question needs, from this computer's
// own files to the node's links, and says of each whether it is well and what
// to do.
//
// Thread safety: the main thread only.
#ifndef SIGNPOST_CLI_DOCTOR_H_
#define SIGNPOST_CLI_DOCTOR_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/app.h"
#include "signpost/v1/node.pb.h"

namespace signpost::cli {

void AddDoctor(CLI::App& root, Context& context);

enum class Health { kOk, kWarn, kFail };

struct Finding {
  Health health = Health::kOk;
  std::string subject;  // stable, kebab-case
  std::string says;
  std::string next;  // what to do; empty when all is well
};

// A certificate that ends at `not_after_ms`: fails when ended, warns under 14 days.
Finding CertificateFinding(std::string_view subject, std::string_view whose, int64_t not_before_ms,
                           int64_t not_after_ms, int64_t now_ms);

// What the node says of itself. `asked_ms` and `now_ms` are this computer's clock before and after
// the call.
std::vector<Finding> NodeFindings(const v1::NodeStatus& status, int64_t asked_ms, int64_t now_ms);

// One line each, and a last line that sums up; JSON has schema "signpost.doctor/v1".
std::string FindingsText(const std::vector<Finding>& findings);
void WriteFindings(JsonWriter& json, const std::vector<Finding>& findings);

// kConfiguration when anything failed.
ExitCode FindingsExitCode(const std::vector<Finding>& findings);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_DOCTOR_H_
