// `signpost audit show|verify`: what was asked, told and changed at this node,
// and whether the chain that records it is whole.
//
// Thread safety: the main thread only.
#ifndef SIGNPOST_CLI_AUDIT_H_
#define SIGNPOST_CLI_AUDIT_H_

#include <string>
#include <vector>

#include "cli/app.h"
#include "signpost/v1/node.pb.h"

namespace signpost::cli {

void AddAudit(CLI::App& root, Context& context);

// Rows as columns or sentences (plain), and as JSON (schema "signpost.audit.show/v1").
std::string AuditText(const std::vector<v1::AuditRow>& rows, bool plain);
void WriteAudit(JsonWriter& json, const std::vector<v1::AuditRow>& rows);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_AUDIT_H_
