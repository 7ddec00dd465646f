// `signpost federation`: the officers' verbs. Offline they make keys, put the
// directory together and sign it; online, with an officer's certificate, they
// publish it, suspend a member at once and see how every member does.
//
//   officer-key  anchor  custodian-share  member-entry check
//   directory draft|new|edit|sign|show|verify
//   policy show|check|set
//   suspend  send-order  publish  members  health
//
// Thread safety: the main thread only.
// Security: offline verbs need no network and belong on a computer without one;
// private keys are written 0600 and never printed, copied or sent.
#ifndef SIGNPOST_CLI_FEDERATION_H_
#define SIGNPOST_CLI_FEDERATION_H_

#include "cli/app.h"

namespace signpost::cli {

// The noun with all its verbs.
void AddFederation(CLI::App& root, Context& context);

// The same in parts, one file each.
void AddFederationKeys(CLI::App& federation, Context& context);
void AddFederationDirectory(CLI::App& federation, Context& context);
void AddFederationPolicy(CLI::App& federation, Context& context);
void AddFederationOnline(CLI::App& federation, Context& context);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_FEDERATION_H_
