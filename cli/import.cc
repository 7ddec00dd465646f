#include "cli/import.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <memory>
#include <thread>

#include "cli/import_run.h"
#include "cli/node_link.h"
#include "signpost/v1/node.grpc.pb.h"

namespace signpost::cli {
namespace {

constexpr int kChunkSeconds = 50;
constexpr std::string_view kNotImported = "Nothing was imported";

struct ImportOptions {
  v1::ImportKind kind = v1::IMPORT_KIND_UNSPECIFIED;
  std::string file;
  std::string rejects;
  bool check_quality = false;
  bool exit_status = false;
};

// The rejects file: made anew at each run, flushed after each row, so that it is right at every
// moment.
class RejectsFile {
 public:
  ~RejectsFile() {
    if (fd_ >= 0) close(fd_);
  }
  // Without a path nothing is written, and Write succeeds.
  bool Open(const std::string& path) {
    if (path.empty()) return true;
    fd_ = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat file = {};
    if (fd_ < 0 || fstat(fd_, &file) != 0 || !S_ISREG(file.st_mode)) return false;
    return fchmod(fd_, 0600) == 0 && ftruncate(fd_, 0) == 0 && Write("line,column,reason\n");
  }
  bool Write(std::string_view text) {
    if (fd_ < 0) return true;
    while (!text.empty()) {
      const ssize_t n = write(fd_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      text.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

 private:
  int fd_ = -1;
};

bool SameFile(const std::string& a, const std::string& b) {
  struct stat first = {};
  struct stat second = {};
  return stat(a.c_str(), &first) == 0 && stat(b.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

uint64_t SizeOf(const std::string& path) {
  struct stat file = {};
  return stat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode)
             ? static_cast<uint64_t>(file.st_size)
             : 0;
}

bool WorthAnotherTry(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED || GrpcReason(status) == "BUSY";
}

ImportPorts MakePorts(Context& context, v1::RecordService::Stub& stub, const NodeLink& link,
                      RejectsFile& rejects, uint64_t file_bytes) {
  ImportPorts ports;
  ports.send = [&stub, &link](const v1::ImportChunkRequest& request)
      -> std::variant<v1::ImportChunkReply, SendFailure> {
    grpc::ClientContext call;
    SetDeadline(call, kChunkSeconds);
    v1::ImportChunkReply reply;
    const grpc::Status status = stub.ImportChunk(&call, request, &reply);
    if (status.ok()) return reply;
    return SendFailure{WorthAnotherTry(status),
                       GrpcProblem("The import stopped", link.peer, status)};
  };
  ports.sleep = [&context, &link](int64_t ms) {
    context.printer.Progress("the node does not answer; trying again ...");
    // gRPC's blocking client drives a connection only inside a call or a wait of its own: while the
    // thread merely sleeps, a lost connection does not come back.
    const auto until = std::chrono::system_clock::now() + std::chrono::milliseconds(ms);
    link.channel->WaitForConnected(until);
    std::this_thread::sleep_until(until);
  };
  ports.reject = [&rejects](const v1::RejectedRow& row) { return rejects.Write(RejectLine(row)); };
  const int64_t started = context.clock.MonotonicMs();
  ports.progress = [&context, file_bytes, started](const ImportTotals& totals) {
    context.printer.Progress(
        ImportProgress(totals, file_bytes, context.clock.MonotonicMs() - started));
  };
  return ports;
}

// The file's own rows, as the check's share is of them.
Quality WholeQuality(const ImportTotals& totals) {
  Quality quality = totals.quality;
  quality.rows = totals.rows;
  quality.rejected = totals.rejected;
  return quality;
}

ExitCode ShowQuality(Context& context, const ImportOptions& options, const ImportTotals& totals,
                     const std::optional<Problem>& problem) {
  const Quality quality = WholeQuality(totals);
  if (context.printer.json()) {
    JsonWriter json;
    WriteQuality(json, quality, !problem);
    context.printer.Document(json);
  } else {
    context.printer.Data(QualityText(quality, !problem));
  }
  if (problem) return context.Fail(*problem);
  const bool reached = ReachesJoinShare(quality);
  return options.exit_status && !reached ? ExitCode::kNothingReported : ExitCode::kOk;
}

void ShowTotals(Context& context, const ImportOptions& options, const ImportTotals& totals,
                bool finished) {
  if (context.printer.json()) {
    JsonWriter json;
    json.BeginObject();
    json.Field("schema", "signpost.import/v1");
    json.Field("kind", options.kind == v1::IMPORT_CHILDREN ? "children" : "involvements");
    json.Field("rows", totals.rows);
    json.Field("accepted", totals.accepted);
    json.Field("unchanged", totals.unchanged);
    json.Field("rejected", totals.rejected);
    json.Field("quarantined", totals.quarantined);
    json.Field("duplicates", totals.duplicates);
    json.Field("state", finished ? "finished" : "stopped");
    json.EndObject();
    context.printer.Document(json);
    return;
  }
  std::string out = Counted(totals.rows, "row", "rows") + ": " + Thousands(totals.accepted) +
                    " stored, " + Thousands(totals.unchanged) + " unchanged, " +
                    Thousands(totals.rejected) + " rejected.\n";
  if (totals.rejected > 0) out += "The rejects file says line, column and reason of each.\n";
  if (totals.duplicates > 0) {
    out += Counted(totals.duplicates, "likely duplicate waits", "likely duplicates wait") +
           " for a data manager: signpost child duplicates\n";
  }
  if (totals.quarantined > 0) {
    out += Counted(totals.quarantined, "record is", "records are") +
           " QUARANTINED: others are told nothing of them until a data manager has decided.\n";
  }
  if (finished && totals.rows == 0) {
    out += "The file has no rows below its header, and the header was not looked at.\n";
  }
  if (!finished && totals.rows > 0)
    out += "STOPPED before the end of the file. Repeat the same command to go on.\n";
  context.printer.Data(out);
}

ExitCode RunImportVerb(Context& context, const ImportOptions& options) {
  if (options.rejects.empty() && !options.check_quality) {
    return context.Fail(UsageProblem(kNotImported, "--rejects is needed",
                                     "say where to write what is wrong with rejected rows"));
  }
  if (SameFile(options.file, options.rejects)) {
    return context.Fail(UsageProblem(kNotImported, "the rejects file is the import file itself",
                                     "name another file with --rejects"));
  }
  std::ifstream in(options.file, std::ios::binary);
  if (!in) {
    return context.Fail(UsageProblem(kNotImported, "the file cannot be opened",
                                     "check the path and who may read it"));
  }
  NodeLink link;
  if (const auto problem = LinkToNode(context, kNotImported, link)) return context.Fail(*problem);
  RejectsFile rejects;
  if (!rejects.Open(options.rejects)) {
    return context.Fail({ExitCode::kConfiguration, "REJECTS_UNWRITABLE", std::string(kNotImported),
                         "the rejects file cannot be written",
                         "name a file in a folder of yours with --rejects"});
  }
  const auto stub = v1::RecordService::NewStub(link.channel);
  CsvChunker chunker(in);
  ImportTotals totals;
  const auto problem = RunImport(
      chunker, options.kind, options.check_quality ? ImportMode::kCheckOnly : ImportMode::kStore,
      MakePorts(context, *stub, link, rejects, SizeOf(options.file)), totals);
  context.printer.ClearProgress();
  if (options.check_quality) return ShowQuality(context, options, totals, problem);
  ShowTotals(context, options, totals, !problem);
  if (problem) return context.Fail(*problem);
  return totals.rejected == 0 ? ExitCode::kOk : ExitCode::kIncomplete;
}

void AddKind(CLI::App& noun, Context& context, v1::ImportKind kind, const std::string& name,
             const std::string& description, const std::string& columns) {
  CLI::App* verb = AddVerb(noun, name, description);
  auto options = std::make_shared<ImportOptions>();
  options->kind = kind;
  verb->add_option("FILE", options->file, "The CSV file, UTF-8, with a header line")->required();
  verb->add_option("--rejects", options->rejects,
                   "Where to write line, column and reason of each rejected row (0600, made anew)")
      ->type_name("PATH");
  if (kind == v1::IMPORT_CHILDREN) {
    auto* check = verb->add_flag("--check-quality", options->check_quality,
                                 "Store nothing: say how good the rows are, and whether 95 % of\n"
                                 "the children could be found, as joining needs");
    verb->add_flag("--exit-status", options->exit_status,
                   "With --check-quality: exit 1 when the 95 % are not reached")
        ->needs(check);
  }
  verb->footer(
      columns +
      "\nDates are YYYY-MM-DD. Rows are stored whole or not at all; repeating an import\n"
      "changes nothing, so an interrupted one is simply repeated.\n"
      "Exit 0: every row is in. Exit 3: some were rejected." +
      (kind == v1::IMPORT_CHILDREN ? "\nWith --check-quality --rejects may be left out." : ""));
  verb->callback([&context, options] {
    context.action = [&context, options] { return RunImportVerb(context, *options); };
  });
}

}  // namespace

void AddImport(CLI::App& root, Context& context) {
  CLI::App* noun = AddNoun(root, "import", "Read children or involvements from a CSV file");
  AddKind(*noun, context, v1::IMPORT_CHILDREN, "children", "Children, one a row",
          "Columns, in any order; case_reference and family_name must be there:\n"
          "  case_reference given_name middle_names family_name former_family_names\n"
          "  alias_family_names date_of_birth sex house street town postcode\n"
          "  former_postcodes nhs_number upn shielded shield_reason no_fixed_address\n"
          "  date_of_death");
  AddKind(*noun, context, v1::IMPORT_INVOLVEMENTS, "involvements", "Involvements, one a row",
          "Columns, in any order; case_reference, involvement_reference, service and\n"
          "start_on must be there:\n"
          "  case_reference involvement_reference service organisation team practitioner\n"
          "  practitioner_role telephone email lead_professional assessment_exists\n"
          "  start_on end_on review_by sensitive consent_given_by consent_given_on");
}

}  // namespace signpost::cli
