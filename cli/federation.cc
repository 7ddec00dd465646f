#include "cli/federation.h"

namespace signpost::cli {

void AddFederation(CLI::App& root, Context& context) {
  CLI::App* federation =
      AddNoun(root, "federation", "Officers: members, keys, the signed directory");
  AddFederationKeys(*federation, context);
  AddFederationDirectory(*federation, context);
  AddFederationPolicy(*federation, context);
  AddFederationOnline(*federation, context);
}

}  // namespace signpost::cli
