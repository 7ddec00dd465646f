// The officers' offline verbs as an officer runs them: arguments in, files and exit codes out.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>

#include "cli/app.h"
#include "cli/federation.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/directory/directory_book.h"
#include "tests/unit/cli/federation_parts.h"

namespace signpost::cli {
namespace {

class FixedPrompter final : public Prompter {
 public:
  explicit FixedPrompter(std::string answer) : answer_(std::move(answer)) {}
  absl::StatusOr<std::string> Ask(std::string_view) override { return answer_; }

 private:
  std::string answer_;
};

// An officer's desk: a folder of its own, and the command line.
class Desk {
 public:
  Desk() {
    std::string name = std::filesystem::temp_directory_path() / "signpost-officer-XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~Desk() { std::filesystem::remove_all(folder_); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  // Runs `signpost federation ARGUMENTS`; a word that begins with '@' is a file of the folder.
  int Run(const std::vector<std::string>& words, const std::string& typed = "") {
    std::vector<std::string> arguments = {"federation"};
    for (const std::string& word : words) {
      arguments.push_back(word[0] == '@' ? Path(word.substr(1)) : word);
    }
    out_.str("");
    err_.str("");
    Printer printer(out_, err_, Terminal{});
    FixedPrompter prompter(typed);
    Context context{printer, prompter, clock_, random_};
    CLI::App root("test", "signpost");
    AddGlobalOptions(root, context);
    AddFederation(root, context);
    return static_cast<int>(RunCommandLine(root, context, arguments));
  }

  void Write(const std::string& name, const std::string& bytes) {
    REQUIRE(WriteFileAtomic(Path(name), bytes, 0600).ok());
  }
  std::string Read(const std::string& name) const {
    const auto bytes = ReadFile(Path(name));
    REQUIRE(bytes.ok());
    return *bytes;
  }
  bool Has(const std::string& name) const { return FileExists(Path(name)); }
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }
  ManualClock& clock() { return clock_; }
  Random& random() { return random_; }

 private:
  std::string folder_;
  ManualClock clock_{kTestNow};
  SystemRandom random_;
  std::ostringstream out_;
  std::ostringstream err_;
};

const char kDraft[] = R"(
trust_domain: "signpost.example"
members { code: "E08000035" state: ACTIVE }
custodians { name: "one" role: "a" address: "127.0.0.1:1" tls_pin: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }
custodians { name: "two" role: "b" address: "127.0.0.1:2" tls_pin: "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" }
hubs { name: "hub" address: "127.0.0.1:3" tls_pin: "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh" }
epochs { epoch: 1 }
policy { version: 1 }
)";

const std::vector<std::string> kNew = {"directory", "new",
                                       "--draft",   "@draft",
                                       "--entry",   "@leeds.entry",
                                       "--share",   "@custodian-a-epoch-1.share",
                                       "--share",   "@custodian-b-epoch-1.share",
                                       "--golden",  "@golden",
                                       "--out",     "@one"};

// Three officers' keys, the anchor (2 of 3), both shares, a member's entry, a draft.
void Prepare(Desk& desk) {
  for (const char* officer : {"anna", "ben", "carol"}) {
    REQUIRE(desk.Run({"officer-key", "--officer", officer, "--out", "@"}) == 0);
  }
  REQUIRE(desk.Run({"anchor", "--trust-domain", kTestDomain, "--threshold", "2", "--officer",
                    "@anna.pub", "--officer", "@ben.pub", "--officer", "@carol.pub", "--out",
                    "@anchor"}) == 0);
  for (const char* role : {"a", "b"}) {
    REQUIRE(desk.Run({"custodian-share", "--role", role, "--epoch", "1", "--out", "@"}) == 0);
  }
  desk.Write("leeds.entry",
             TestEntry("E08000035", "Leeds", 'L', desk.random()).SerializeAsString());
  desk.Write("golden", std::string(64, '7') + "\n");
  desk.Write("draft", kDraft);
  REQUIRE(desk.Run(kNew) == 0);
}

int Sign(Desk& desk, const std::string& file, const std::string& officer,
         const std::string& previous = "") {
  std::vector<std::string> words = {"directory", "sign",    file,   "--key", "@" + officer + ".key",
                                    "--anchor",  "@anchor", "--yes"};
  if (!previous.empty()) words.insert(words.end(), {"--previous", previous});
  return desk.Run(words);
}

int Verify(Desk& desk, const std::string& file) {
  return desk.Run({"directory", "verify", file, "--anchor", "@anchor"});
}

std::vector<std::string> Edit(const std::string& out) {
  return {"directory", "edit",     "--draft", "@draft2", "--previous",
          "@one",      "--anchor", "@anchor", "--out",   out};
}

mode_t ModeOf(const std::string& path) {
  struct stat info = {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

TEST_CASE("secret keys and shares are written for their owner only and never overwritten") {
  Desk desk;
  Prepare(desk);
  CHECK(ModeOf(desk.Path("anna.key")) == 0600);
  CHECK(ModeOf(desk.Path("custodian-a-epoch-1.key")) == 0600);
  const std::string before = desk.Read("anna.key");
  CHECK(desk.Run({"officer-key", "--officer", "anna", "--out", "@"}) == 8);
  CHECK(desk.Read("anna.key") == before);
}

TEST_CASE("no secret is printed when keys are made") {
  Desk desk;
  REQUIRE(desk.Run({"officer-key", "--officer", "anna", "--out", "@"}) == 0);
  CHECK(desk.out().find(Hex(desk.Read("anna.key"))) == std::string::npos);
}

TEST_CASE("a directory verifies when two of three officers have signed it and not before") {
  Desk desk;
  Prepare(desk);
  CHECK(Verify(desk, "@one") == 8);
  CHECK(Sign(desk, "@one", "anna") == 0);
  CHECK(Verify(desk, "@one") == 8);
  CHECK(desk.err().find("TOO_FEW_SIGNATURES") != std::string::npos);
  CHECK(Sign(desk, "@one", "anna") == 0);
  CHECK(Verify(desk, "@one") == 8);
  CHECK(Sign(desk, "@one", "carol") == 0);
  CHECK(Verify(desk, "@one") == 0);
}

TEST_CASE("an officer sees the changes before signing and may say no") {
  Desk desk;
  Prepare(desk);
  const std::string before = desk.Read("one");
  CHECK(desk.Run({"directory", "sign", "@one", "--key", "@anna.key", "--anchor", "@anchor"},
                 "no") == 8);
  CHECK(desk.err().find("New: Leeds (E08000035), active") != std::string::npos);
  CHECK(desk.Read("one") == before);
  CHECK(desk.Run({"directory", "sign", "@one", "--key", "@anna.key", "--anchor", "@anchor"},
                 "sign") == 0);
  CHECK(desk.Read("one") != before);
}

TEST_CASE("a key that the anchor does not list signs nothing") {
  Desk desk;
  Prepare(desk);
  REQUIRE(desk.Run({"officer-key", "--officer", "mallory", "--out", "@"}) == 0);
  CHECK(Sign(desk, "@one", "mallory") == 8);
  CHECK(desk.err().find("NOT_AN_OFFICER") != std::string::npos);
}

TEST_CASE("a private key that others may read signs nothing") {
  Desk desk;
  Prepare(desk);
  REQUIRE(chmod(desk.Path("anna.key").c_str(), 0644) == 0);
  CHECK(Sign(desk, "@one", "anna") == 8);
}

TEST_CASE("a later directory is signed only beside the one before") {
  Desk desk;
  Prepare(desk);
  REQUIRE(Sign(desk, "@one", "anna") == 0);
  REQUIRE(Sign(desk, "@one", "ben") == 0);
  REQUIRE(desk.Run({"directory", "draft", "--from", "@one", "--out", "@draft2"}) == 0);
  REQUIRE(desk.Run(Edit("@two")) == 0);
  CHECK(Sign(desk, "@two", "anna") == 8);
  CHECK(Sign(desk, "@two", "anna", "@one") == 0);
  CHECK(desk.err().find("nothing but its version and dates") != std::string::npos);
  CHECK(Sign(desk, "@two", "ben", "@one") == 0);
  CHECK(Verify(desk, "@two") == 0);
}

TEST_CASE("a directory that was not made from the given one is not signed") {
  Desk desk;
  Prepare(desk);
  REQUIRE(Sign(desk, "@one", "anna") == 0);
  REQUIRE(Sign(desk, "@one", "ben") == 0);
  REQUIRE(desk.Run({"directory", "draft", "--from", "@one", "--out", "@draft2"}) == 0);
  REQUIRE(desk.Run(Edit("@two")) == 0);
  desk.clock().Advance(1000);
  std::vector<std::string> other = kNew;
  other.back() = "@other";
  REQUIRE(desk.Run(other) == 0);
  REQUIRE(Sign(desk, "@other", "anna") == 0);
  REQUIRE(Sign(desk, "@other", "ben") == 0);
  CHECK(Sign(desk, "@two", "anna", "@other") == 8);
  CHECK(desk.err().find("WRONG_PREVIOUS") != std::string::npos);
}

TEST_CASE("a directory is not built on one that too few officers signed") {
  Desk desk;
  Prepare(desk);
  REQUIRE(Sign(desk, "@one", "anna") == 0);
  REQUIRE(desk.Run({"directory", "draft", "--from", "@one", "--out", "@draft2"}) == 0);
  CHECK(desk.Run(Edit("@two")) == 8);
  CHECK_FALSE(desk.Has("two"));
}

TEST_CASE("an expired directory can still be followed by a new one") {
  Desk desk;
  Prepare(desk);
  REQUIRE(Sign(desk, "@one", "anna") == 0);
  REQUIRE(Sign(desk, "@one", "ben") == 0);
  REQUIRE(desk.Run({"directory", "draft", "--from", "@one", "--out", "@draft2"}) == 0);
  desk.clock().Advance(40 * kDayMs);
  CHECK(Verify(desk, "@one") == 8);
  CHECK(desk.Run(Edit("@two")) == 0);
}

TEST_CASE("a draft with an unknown key is refused with its line") {
  Desk desk;
  Prepare(desk);
  desk.Write("draft", std::string(kDraft) + "colour: \"red\"\n");
  CHECK(desk.Run(kNew) == 8);
  CHECK(desk.err().find(":9:") != std::string::npos);
}

TEST_CASE("files that hold something else are refused by name") {
  Desk desk;
  Prepare(desk);
  desk.Write("junk", "junk");
  CHECK(desk.Run({"directory", "show", "@junk"}) == 8);
  CHECK(desk.err().find("junk is not") != std::string::npos);
  CHECK(desk.Run({"directory", "show", "@leeds.entry"}) == 8);
  CHECK(desk.Run({"directory", "show", "@missing"}) == 8);
  CHECK(desk.Run({"member-entry", "check", "@one"}) == 8);
  CHECK(desk.Run({"publish", "@leeds.entry"}) == 8);
  CHECK(desk.Run({"send-order", "@one"}) == 8);
}

TEST_CASE("a golden file that is no hash is refused") {
  Desk desk;
  Prepare(desk);
  desk.Write("golden", "abc");
  CHECK(desk.Run(kNew) == 8);
  CHECK(desk.err().find("64 hexadecimal digits") != std::string::npos);
}

TEST_CASE("a member's entry is shown with both fingerprints") {
  Desk desk;
  Prepare(desk);
  CHECK(desk.Run({"member-entry", "check", "@leeds.entry"}) == 0);
  CHECK(desk.out().find("Leeds (E08000035)") != std::string::npos);
  CHECK(desk.out().find(Hex(TestPin('L'))) != std::string::npos);
}

TEST_CASE("one officer's suspension order is one that every node takes") {
  Desk desk;
  Prepare(desk);
  REQUIRE(Sign(desk, "@one", "anna") == 0);
  REQUIRE(Sign(desk, "@one", "ben") == 0);
  REQUIRE(desk.Run({"suspend", "--member", "E08000035", "--reason", "MISUSE", "--directory", "@one",
                    "--anchor", "@anchor", "--key", "@carol.key", "--out", "@order"}) == 0);
  CHECK(desk.err().find("Suspends Leeds (E08000035)") != std::string::npos);
  const auto anchor = ParseAnchor(desk.Read("anchor"));
  REQUIRE(anchor.ok());
  auto book = DirectoryBook::Open({*anchor, ""}, kTestNow);
  REQUIRE(book.ok());
  v1::SignedDocument directory;
  REQUIRE(directory.ParseFromString(desk.Read("one")));
  REQUIRE((*book)->Offer(directory, kTestNow).ok());
  v1::SignedDocument order;
  REQUIRE(order.ParseFromString(desk.Read("order")));
  const auto taken = (*book)->OfferOrder(order, kTestNow);
  REQUIRE(taken.ok());
  CHECK(taken->changed);
}

TEST_CASE("an order that goes nowhere is a mistake of usage") {
  Desk desk;
  Prepare(desk);
  CHECK(desk.Run({"suspend", "--member", "E08000035", "--reason", "MISUSE", "--directory", "@one",
                  "--anchor", "@anchor", "--key", "@carol.key"}) == 2);
}

TEST_CASE("an order against a directory that too few officers signed is not made") {
  Desk desk;
  Prepare(desk);
  CHECK(desk.Run({"suspend", "--member", "E08000035", "--reason", "MISUSE", "--directory", "@one",
                  "--anchor", "@anchor", "--key", "@carol.key", "--out", "@order"}) == 8);
  CHECK_FALSE(desk.Has("order"));
}

TEST_CASE("a directory is shown as JSON with its schema") {
  Desk desk;
  Prepare(desk);
  CHECK(desk.Run({"directory", "show", "@one", "--output", "json"}) == 0);
  CHECK(desk.out().find("\"schema\": \"signpost.federation.directory.show/v1\"") !=
        std::string::npos);
  CHECK(desk.out().find("\"code\": \"E08000035\"") != std::string::npos);
}

TEST_CASE("the online verbs without a profile say so and exit 8") {
  Desk desk;
  for (const char* verb : {"members", "health"}) {
    CHECK(desk.Run({verb, "--profile", "@no-such-profile"}) == 8);
    CHECK(desk.err().find("--profile") != std::string::npos);
  }
}

TEST_CASE("a policy is put into a draft with its version counted and its changes said") {
  Desk desk;
  desk.Write("draft", std::string("# a draft\n") + kDraft);
  desk.Write("policy", R"(rules { role: SOCIAL_WORKER purpose: S47_ENQUIRY ordinary: TELL_DESK })");
  REQUIRE(desk.Run({"policy", "set", "--draft", "@draft", "--policy", "@policy"}) == 0);
  CHECK(desk.out().find("Policy 2 written into") == 0);
  CHECK(desk.out().find("Policy: social worker for s47-enquiry: ordinary: service, person, "
                        "telephone becomes the desk only") != std::string::npos);
  CHECK(desk.out().find("health worker for missing-child may no longer ask") != std::string::npos);
  const std::string draft = desk.Read("draft");
  CHECK(draft.find("# a draft\n") == 0);
  CHECK(draft.find("trust_domain: \"signpost.example\"") != std::string::npos);
  CHECK(draft.find("ordinary: TELL_DESK") != std::string::npos);
}

TEST_CASE("a policy in JSON is the same as in text format") {
  Desk desk;
  desk.Write("draft", kDraft);
  desk.Write("text", R"(version: 5 rules { role: SOCIAL_WORKER purpose: S47_ENQUIRY
                        ordinary: TELL_DESK })");
  desk.Write("json", R"({"version": 5, "rules": [{"role": "SOCIAL_WORKER",
                        "purpose": "S47_ENQUIRY", "ordinary": "TELL_DESK"}]})");
  REQUIRE(desk.Run({"policy", "set", "--draft", "@draft", "--policy", "@text", "--out", "@a"}) ==
          0);
  REQUIRE(desk.Run({"policy", "set", "--draft", "@draft", "--policy", "@json", "--out", "@b"}) ==
          0);
  CHECK(desk.Read("a") == desk.Read("b"));
  CHECK(desk.Read("draft") == kDraft);
}

TEST_CASE("a policy that loosens a law names every problem and changes no draft") {
  Desk desk;
  desk.Write("draft", kDraft);
  desk.Write("policy", R"(
      rules { role: SOCIAL_WORKER purpose: S47_ENQUIRY broken_glass: TELL_SERVICE }
      rules { role: NODE_ADMIN purpose: S47_ENQUIRY ordinary: TELL_DESK }
      look_back_months: 500)");
  CHECK(desk.Run({"policy", "set", "--draft", "@draft", "--policy", "@policy"}) == 8);
  for (const char* problem : {"broken_glass", "NODE_ADMIN", "look_back_months"}) {
    CHECK(desk.err().find(problem) != std::string::npos);
  }
  CHECK(desk.Read("draft") == kDraft);
  desk.Write("unknown", R"({"rules": [{"roles": "SOCIAL_WORKER"}]})");
  CHECK(desk.Run({"policy", "set", "--draft", "@draft", "--policy", "@unknown"}) == 8);
}

TEST_CASE("two different policies never share a version") {
  Desk desk;
  desk.Write("draft", kDraft);
  desk.Write("policy", "version: 1 look_back_months: 24");
  CHECK(desk.Run({"policy", "set", "--draft", "@draft", "--policy", "@policy"}) == 8);
  CHECK(desk.err().find("leave the version out") != std::string::npos);
  desk.Write("same", "version: 1");
  CHECK(desk.Run({"policy", "set", "--draft", "@draft", "--policy", "@same"}) == 0);
}

TEST_CASE("a policy is shown and checked from a directory and from a file and by default") {
  Desk desk;
  Prepare(desk);
  REQUIRE(desk.Run({"policy", "show", "--directory", "@one"}) == 0);
  CHECK(desk.out().find("Policy 1, of directory 1 (the default table).") == 0);
  REQUIRE(desk.Run({"policy", "show"}) == 0);
  CHECK(desk.out().find("What no policy can loosen:") != std::string::npos);
  desk.Write("policy", R"(rules { role: SOCIAL_WORKER purpose: S47_ENQUIRY ordinary: TELL_DESK })");
  const std::vector<std::string> check = {"policy",    "check",       "--role",   "social-worker",
                                          "--purpose", "s47-enquiry", "--policy", "@policy"};
  REQUIRE(desk.Run(check) == 0);
  CHECK(desk.out().find("an ordinary involvement") != std::string::npos);
  CHECK(desk.out().find("service, person, telephone") == std::string::npos);
  CHECK(desk.Run({"policy", "check", "--role", "wizard", "--purpose", "s47-enquiry"}) == 2);
  CHECK(desk.Run({"policy", "show", "--directory", "@one", "--policy", "@policy"}) == 2);
}

}  // namespace
}  // namespace signpost::cli
