#include "cli/problem.h"

#include <array>

#include "cli/text.h"
#include "proto/base/bytes.h"

namespace signpost::cli {
namespace {

struct Advice {
  std::string_view reason;
  std::string_view why;
  std::string_view next;
};

// One row a reason of proto/base/reason.h that a practitioner or officer can meet.
constexpr std::array kByReason = {
    Advice{"NOT_A_MEMBER", "the directory does not list this authority as a member",
           "ring the federation's officers; only they can add a member"},
    Advice{"NOT_ACTIVE", "this authority is in the directory, but not active",
           "ring the federation's officers; two of them make a member active"},
    Advice{"SUSPENDED", "an officer has suspended this authority",
           "ring the federation's officers; they can lift the suspension. Until then telephone the "
           "other authorities' desks"},
    Advice{"PIN_MISMATCH", "the certificate's key is not the one that the directory names",
           "ask your administrator whether the certificate was replaced without telling the "
           "officers"},
    Advice{"BAD_CERTIFICATE", "the certificate does not name a person or system of this authority",
           "ask your authority's administrator for a certificate issued by your own authority"},
    Advice{
        "CERTIFICATE_EXPIRED", "the certificate has expired",
        "ask your authority's administrator for a new one; `signpost doctor` shows the days left"},
    Advice{"UNKNOWN_PERSON", "the node does not know the person or system of this certificate",
           "ask your authority's administrator to add you to the node's users"},
    Advice{"NOT_PERMITTED", "your role does not allow this",
           "ask your authority's administrator, who gives out roles, or ask a colleague whose role "
           "allows it"},
    Advice{"DIRECTORY_MISSING", "the node has no verified directory yet, so it cannot ask anybody",
           "telephone the other authorities' desks; tell your administrator that the node has not "
           "reached the hub"},
    Advice{"DIRECTORY_EXPIRED", "the node's directory has expired, so it cannot ask anybody",
           "telephone the other authorities' desks; tell your administrator that the node cannot "
           "reach the hub"},
    Advice{"DIRECTORY_REFUSED", "the directory does not verify",
           "check its version, the hash of the previous one and the signatures with the officers' "
           "tool"},
    Advice{"DRAINING", "the server is stopping for maintenance", "try again in a minute"},
    Advice{"DUPLICATE_QUESTION", "this question has been put before",
           "ask again, as a new question"},
    Advice{"ALREADY_ASKED", "this question has been put before", "ask again, as a new question"},
    Advice{"BUSY", "the server has too much to do at this moment", "try again in a minute"},
    Advice{
        "ALLOWANCE", "this authority's allowance is used up",
        "wait until it refills, or ring the federation's officers; in an emergency telephone the "
        "other authorities' desks"},
    Advice{"NO_SUCH_CASE", "this authority's node holds no record with that case reference",
           "check the reference, or put the question by prompts: `signpost ask --purpose PURPOSE`"},
    Advice{"USER_EXPIRED", "your entry in the node's user table has expired",
           "ask your authority's administrator to renew it (`signpost user change`)"},
    Advice{"MAY_NOT_ASSERT",
           "only a system may name the person it asks for, and only one with a role that it may "
           "assert; a person of the user table must not have expired and must have that role",
           "correct asserted_person in the question file, or ask your administrator what the "
           "system may assert (`signpost user list`)"},
    Advice{"BREAK_GLASS_WARNING",
           "the glass breaks only for a person who has read the warning: it alerts the privacy "
           "officer of your authority and of every authority that answers differently, and will be "
           "reviewed",
           "give --break-glass and agree to it at the terminal"},
    Advice{"APPROVAL_NEEDED",
           "your authority shields this child, and asking others about it can betray it; the desk "
           "may ask, once, when a second person has approved it in the last 24 hours",
           "desk: `signpost desk request-approval --case REF --purpose PURPOSE`, then ask with "
           "--approval. Others: ring your own desk"},
    Advice{"SECOND_PERSON", "nobody decides on their own request, or changes their own entry",
           "ask a colleague with the right role to do it"},
    Advice{"ALREADY_DECIDED", "it was decided, used or settled before",
           "look at it: `signpost desk approvals`, `reviews` or `alerts`"},
    Advice{"SEPARATED", "these are two identities that must never be linked",
           "leave both records as they are; tell your privacy officer if a record is wrong"},
    Advice{"CASE_EXISTS", "there is a record with that case reference already",
           "look at it with `signpost child show`, and change it with `signpost child correct`"},
    Advice{"NO_SUCH_ITEM", "nothing with that number lies on your desk",
           "check the number: `signpost desk alerts`, `reviews` or `approvals`"},
    Advice{"NO_SUCH_USER", "the node's user table has no such person or system",
           "check the id: `signpost user list`"},
    Advice{"LAST_ADMIN", "this is the node's last administrator, and nobody could add another",
           "add another administrator first"},
    Advice{"NO_SUCH_SIGNPOST", "that question did not point to that authority, or was not yours",
           "check both: `signpost ask outcomes`"},
    Advice{"AUDIT_UNWRITABLE", "the node cannot write its audit log, and asks nothing unrecorded",
           "tell your administrator at once (a full disk?); until then telephone the other "
           "authorities' desks"},
    Advice{"STORE_FAILED", "the node's database failed",
           "tell your administrator; `signpost doctor` shows the node's state"},
    Advice{"DETAILS", "the node does not accept the details as they were given",
           "check dates (YYYY-MM-DD, and within what --help says), codes, the NHS number, and the "
           "length of each field"},
    Advice{"HEADER", "the first line of the file is not the documented header",
           "see `signpost import --help` for the columns"},
    Advice{"MALFORMED", "the server could not read the request",
           "update this program, or tell your administrator"},
    Advice{"DEADLINE_REQUIRED", "the server refuses calls without a short deadline",
           "update this program"},
};

const Advice* FindAdvice(std::string_view reason) {
  for (const Advice& row : kByReason) {
    if (row.reason == reason) return &row;
  }
  return nullptr;
}

// Without a known reason: what the gRPC code alone can say.
Advice AdviceForCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
      return {"UNREACHABLE", "no connection to {peer} could be made, or it broke",
              "check the network and the address in your profile; `signpost doctor` looks at each "
              "link. In an emergency telephone the other authorities' desks"};
    case absl::StatusCode::kDeadlineExceeded:
      return {"TOO_LATE", "{peer} did not answer in time",
              "try again; if it goes on, tell your administrator"};
    case absl::StatusCode::kUnauthenticated:
      return {"SIGN_IN", "{peer} did not accept the certificate",
              "ask your authority's administrator; `signpost doctor` looks at the certificate"};
    case absl::StatusCode::kPermissionDenied:
      return {"NOT_PERMITTED", "{peer} does not permit this", "ask your authority's administrator"};
    case absl::StatusCode::kNotFound:
      return {"NOT_FOUND", "{peer} has nothing under that reference", "check the reference"};
    case absl::StatusCode::kInvalidArgument:
      return {"INVALID", "{peer} does not accept the request as it was given",
              "check each field; see --help"};
    case absl::StatusCode::kResourceExhausted:
      return {"LIMIT", "a limit is reached", "try again later"};
    case absl::StatusCode::kUnimplemented:
      return {"UNIMPLEMENTED", "{peer} is older than this program", "tell your administrator"};
    case absl::StatusCode::kFailedPrecondition:
      return {"PRECONDITION", "{peer} is not in a state to do this",
              "`signpost doctor` shows the state"};
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
      return {"INTERRUPTED", "the call was interrupted", "try again"};
    default:
      return {"INTERNAL", "{peer} failed", "try again; if it goes on, tell your administrator"};
  }
}

std::string WithPeer(std::string_view text, std::string_view peer) {
  std::string out(text);
  if (const size_t at = out.find("{peer}"); at != std::string::npos) out.replace(at, 6, peer);
  return out;
}

}  // namespace

Problem CallProblem(std::string_view what, std::string_view peer, absl::StatusCode code,
                    std::string_view reason) {
  const Advice* known = FindAdvice(reason);
  const Advice advice = known != nullptr ? *known : AdviceForCode(code);
  return {ExitCodeForCall(code, reason), std::string(advice.reason), std::string(what),
          WithPeer(advice.why, peer), std::string(advice.next)};
}

Problem ConfigurationProblem(std::string_view what, const absl::Status& status,
                             std::string_view next) {
  return {ExitCode::kConfiguration, "CONFIGURATION", std::string(what),
          std::string(FromAbsl(status.message())), std::string(next)};
}

Problem UsageProblem(std::string_view what, std::string_view why, std::string_view next) {
  return {ExitCode::kUsage, "USAGE", std::string(what), std::string(why), std::string(next)};
}

std::string ProblemReference(const Problem& problem, int64_t now_ms) {
  return problem.code + " " + UtcTime(now_ms);
}

}  // namespace signpost::cli
