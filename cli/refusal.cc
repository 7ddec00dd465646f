#include "cli/refusal.h"

#include <array>

namespace signpost::cli {
namespace {

constexpr std::array kRefusals = {
    Refusal{"POLICY_UNKNOWN",
            "the federation's policy is of a newer form than your node knows, so it asks nothing",
            "your administrator, by updating the node; until then telephone the desks"},
    Refusal{"UNKNOWN_PURPOSE", "your node does not know the purpose",
            "you, with another purpose; your administrator, by updating the node"},
    Refusal{"UNKNOWN_ROLE", "your node does not know your role",
            "your administrator, who gives out roles"},
    Refusal{"PURPOSE_NEEDS_TEXT", "the purpose 'other' needs its words",
            "you, with --purpose-text or in the question file"},
    Refusal{"ROLE_MAY_NOT_ASK", "privacy officers and node administrators do not ask",
            "nobody; ask a colleague who works with children, or your desk"},
    Refusal{"PURPOSE_NOT_FOR_ROLE", "the policy does not let your role ask for this purpose",
            "you, with the purpose that is really yours (`signpost federation policy check`); your "
            "desk, by asking for you; the federation's officers, who sign the policy"},
    Refusal{"SERVICE_TEST_NOT_AVAILABLE", "a service test asks about reserved test children only",
            "nobody; give the purpose that is really yours"},
    Refusal{"DESK_ONLY", "this question is your desk's alone: asking it can betray the child",
            "your desk, with a second person's approval: ring it"},
    Refusal{"MAY_NOT_BREAK_GLASS",
            "the policy does not let your role break the glass for this purpose",
            "your desk or a colleague whose role may; without --break-glass the question is put as "
            "any other"},
    Refusal{"SHIELDS_UNCONFIRMED",
            "your node was restored from a backup and may lack a shield, so nobody asks until the "
            "shields are confirmed",
            "a data manager, by comparing the shields with your own list (`signpost child "
            "confirm-shields`); until then ring the other authorities' desks"},
    Refusal{"MAY_NOT_MEDIATE", "only a desk asks on behalf of somebody else",
            "your desk, by asking for that person; or that person, in their own name"},
};

constexpr Refusal kUnknown = {"", "for a reason that this program does not know",
                              "your administrator, by updating this program; until then your desk"};

}  // namespace

const Refusal& RefusalOf(std::string_view reason) {
  for (const Refusal& row : kRefusals) {
    if (row.reason == reason) return row;
  }
  return kUnknown;
}

}  // namespace signpost::cli
