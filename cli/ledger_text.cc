#include <absl/strings/str_format.h>

#include <algorithm>
#include <functional>

#include "cli/ledger.h"
#include "cli/refusal.h"
#include "cli/text.h"
#include "cli/words.h"

namespace signpost::cli {
namespace {

std::string Emphasis(const LedgerStyle& style, const std::string& text) {
  return style.colour ? "\x1b[1m" + text + "\x1b[0m" : text;
}

std::string JoinNonEmpty(std::initializer_list<std::string> parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += ", ";
    out += part;
  }
  return out;
}

std::string CountWord(uint64_t n) {
  static constexpr const char* kWords[] = {"No",   "One", "Two",   "Three", "Four",
                                           "Five", "Six", "Seven", "Eight", "Nine"};
  return n < std::size(kWords) ? kWords[n] : Thousands(n);
}

std::string OtherAuthorities(uint64_t n) {
  return n == 1 ? "1 other authority" : Thousands(n) + " other authorities";
}

std::string NameOf(const v1::LedgerRow& row) {
  return row.name().empty() ? row.member() : row.name();
}

// The answer's own desk first: it may name the team that holds the case.
const v1::Desk& DeskOf(const v1::LedgerRow& row) {
  return row.answer().desk().telephone().empty() ? row.desk() : row.answer().desk();
}

std::string DeskNumbers(const v1::Desk& desk) {
  std::string out = desk.telephone().empty() ? "no telephone known" : "desk " + desk.telephone();
  if (!desk.hours().empty()) out += " (" + desk.hours() + ")";
  if (!desk.out_of_hours_telephone().empty()) {
    out += ", out of hours " + desk.out_of_hours_telephone();
  }
  return out;
}

// For "ask the desk", at any hour: the number that is answered at night comes first.
std::string DeskNumbersNightFirst(const v1::Desk& desk) {
  if (desk.out_of_hours_telephone().empty()) return DeskNumbers(desk);
  std::string out = "24 h " + desk.out_of_hours_telephone();
  if (!desk.telephone().empty()) {
    out += ", desk " + desk.telephone();
    if (!desk.hours().empty()) out += " (" + desk.hours() + ")";
  }
  return out;
}

std::string GradeOf(const v1::AnswerBody& answer) {
  std::string out = GradeWords(answer.grade());
  for (int i = 0; i < answer.reasons_size(); ++i) {
    out += (i == 0 ? ": " : "; ") + ReasonWords(answer.reasons(i));
  }
  return out;
}

std::string PeriodOf(const v1::Signpost& signpost) {
  const std::string since = signpost.since().empty() ? "" : MonthOf(signpost.since());
  if (signpost.until().empty()) return since.empty() ? "" : "since " + since;
  const std::string until = MonthOf(signpost.until());
  return since.empty() ? "until " + until : since + " to " + until;
}

std::string PersonOf(const v1::Signpost& signpost) {
  std::string out = JoinNonEmpty({signpost.practitioner(), signpost.practitioner_role()});
  if (signpost.lead_professional()) out += out.empty() ? "lead professional" : " (lead)";
  return out;
}

// Collects one section's lines as columns, or as sentences in plain style.
class Section {
 public:
  explicit Section(const LedgerStyle& style) : plain_(style.plain) {}

  void Add(std::vector<std::string> cells) {
    if (!plain_) {
      table_.Add(std::move(cells));
      return;
    }
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string cell = CleanText(cells[i]);
      if (cell.empty()) continue;
      if (!line.empty()) line += i == 1 ? ": " : ", ";
      line += cell;
    }
    sentences_ += "  " + line + ".\n";
  }
  std::string Render() const { return plain_ ? sentences_ : table_.Render(); }

 private:
  bool plain_;
  Table table_;
  std::string sentences_;
};

using Rows = std::vector<const v1::LedgerRow*>;

Rows Select(const v1::Ledger& ledger, RowKind kind, bool own) {
  Rows rows;
  for (const v1::LedgerRow& row : ledger.rows()) {
    if (row.own() == own && KindOf(row) == kind) rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) {
    const bool certain_a = a->answer().grade() == v1::CERTAIN;
    const bool certain_b = b->answer().grade() == v1::CERTAIN;
    if (certain_a != certain_b) return certain_a;
    return NameOf(*a) < NameOf(*b);
  });
  return rows;
}

// Of a sensitive service nothing is shown but that it is one, whatever else the answer says
// (RULES.md section 4).
std::vector<std::string> SignpostCells(const v1::LedgerRow& row, const v1::Signpost& signpost) {
  if (signpost.service() == v1::SENSITIVE_SERVICE) {
    return {"a sensitive service: contact through the desk", "", DeskOf(row).telephone(), ""};
  }
  return {
      JoinNonEmpty({ServiceWords(signpost.service()), signpost.organisation(), signpost.team()}),
      PersonOf(signpost), signpost.telephone(), PeriodOf(signpost)};
}

void AddSignposts(Section& section, const v1::LedgerRow& row) {
  bool first = true;
  for (const v1::Signpost& signpost : row.answer().signposts()) {
    std::vector<std::string> cells = SignpostCells(row, signpost);
    cells.insert(cells.begin(), first ? NameOf(row) : "");
    cells.push_back(first ? GradeOf(row.answer()) : "");
    section.Add(std::move(cells));
    first = false;
  }
  const std::string desk = DeskNumbers(DeskOf(row));
  section.Add({"", row.answer().more() ? "more is held than fits here: ring the " + desk : desk});
}

std::string SignpostSection(const v1::Ledger& ledger, RowKind kind, const std::string& heading,
                            const LedgerStyle& style) {
  const Rows rows = Select(ledger, kind, false);
  if (rows.empty()) return "";
  Section section(style);
  for (const auto* row : rows) AddSignposts(section, *row);
  std::string out = CountWord(rows.size());
  out += rows.size() == 1 ? " other authority " : " other authorities ";
  const bool before = kind == RowKind::kBefore;
  if (before) {
    out += heading;
  } else {
    out += (rows.size() == 1 ? "is " : "are ") + heading;
  }
  return Emphasis(style, out + ":") + "\n" + section.Render();
}

std::string DeskSection(const v1::Ledger& ledger, RowKind kind, const std::string& heading,
                        const LedgerStyle& style) {
  const Rows rows = Select(ledger, kind, false);
  if (rows.empty()) return "";
  Section section(style);
  for (const auto* row : rows) {
    const std::string& reference = row->answer().reference();
    const v1::Desk& desk = DeskOf(*row);
    const bool graded = row->answer().grade() != v1::MATCH_GRADE_UNSPECIFIED;
    section.Add({NameOf(*row),
                 kind == RowKind::kAskDesk ? DeskNumbersNightFirst(desk) : DeskNumbers(desk),
                 reference.empty() ? "" : "quote reference " + reference,
                 graded ? GradeOf(row->answer()) : ""});
  }
  return Emphasis(style, heading) + "\n" + section.Render();
}

std::string OwnSection(const v1::Ledger& ledger, const LedgerStyle& style) {
  Section section(style);
  for (const auto kind : {RowKind::kNow, RowKind::kBefore}) {
    for (const auto* row : Select(ledger, kind, true)) AddSignposts(section, *row);
  }
  for (const auto* row : Select(ledger, RowKind::kAskDesk, true)) {
    section.Add({NameOf(*row), "ask your own desk: " + DeskNumbersNightFirst(DeskOf(*row))});
  }
  for (const auto* row : Select(ledger, RowKind::kWithheld, true)) {
    section.Add({NameOf(*row), "withheld: ask your own " + DeskNumbers(DeskOf(*row))});
  }
  for (const auto* row : Select(ledger, RowKind::kNoAnswer, true)) {
    section.Add({NameOf(*row), "NO ANSWER: " + CauseWords(row->cause())});
  }
  for (const auto* row : Select(ledger, RowKind::kNothing, true)) {
    section.Add({NameOf(*row), "nothing else to report from your own records"});
  }
  const std::string lines = section.Render();
  return lines.empty() ? "" : "Your own authority:\n" + lines;
}

std::string SilentSection(const v1::Ledger& ledger, const Verdict& verdict,
                          const LedgerStyle& style) {
  const Rows rows = Select(ledger, RowKind::kNoAnswer, false);
  if (verdict.silent == 0) return "";
  Section section(style);
  for (const auto* row : rows) {
    const bool understood = row->outcome() == v1::NO_ANSWER;
    section.Add(
        {NameOf(*row),
         understood ? CauseWords(row->cause()) : "its answer cannot be read by this version",
         DeskNumbers(DeskOf(*row))});
  }
  std::string out = Emphasis(style, "NO ANSWER from " + Thousands(verdict.silent) +
                                        ": treat as unknown, not as \"no\".") +
                    "\n" + section.Render();
  if (verdict.missing_rows > 0) {
    out += "  " + Thousands(verdict.missing_rows) + " of them your node did not name.\n";
  }
  return out;
}

std::string NotJoinedSection(const v1::Ledger& ledger, const LedgerStyle& style) {
  const Rows rows = Select(ledger, RowKind::kNotJoined, false);
  if (rows.empty()) return "";
  Section section(style);
  for (const auto* row : rows) {
    section.Add({NameOf(*row), CauseWords(row->cause()), DeskNumbers(DeskOf(*row))});
  }
  return Emphasis(style, "NOT JOINED, so not asked: " + Thousands(rows.size()) + ".") + "\n" +
         section.Render();
}

std::string NothingSection(const v1::Ledger& ledger, const Verdict& verdict) {
  const Rows rows = Select(ledger, RowKind::kNothing, false);
  if (rows.empty()) return "";
  std::string out;
  if (rows.size() == verdict.answered) {
    out = "None of the " + Thousands(rows.size()) + " that answered has anything to report.\n" +
          "That does not prove that nobody works with the child.\n";
  } else {
    out = Thousands(rows.size()) + (rows.size() == 1 ? " other answers" : " others answer") +
          " that there is nothing to report.\n";
  }
  int64_t oldest = 0;
  for (const auto* row : rows) {
    const int64_t as_of = row->answer().as_of_ms();
    if (as_of > 0 && (oldest == 0 || as_of < oldest)) oldest = as_of;
  }
  if (oldest > 0) out += "Their records are as of " + UtcMinute(oldest) + " or later.\n";
  return out;
}

std::string RefusalSection(const v1::Summary& summary, const LedgerStyle& style) {
  if (summary.own_node_refusal() == v1::OUTCOME_UNSPECIFIED) return "";
  const bool details = summary.own_node_refusal() == v1::MORE_DETAILS_NEEDED;
  std::string out = Emphasis(style, details ? "NOT ASKED: more details are needed."
                                            : "NOT ASKED: your own node refuses this question.");
  out += "\n";
  if (!summary.refusal_reason().empty()) {
    out += "  Reason: " + CleanText(summary.refusal_reason()) + "\n";
  }
  if (!details) {
    const Refusal& refusal = RefusalOf(summary.refusal_reason());
    out += "  Why: " + std::string(refusal.why) + ".\n";
    out += "  Who can lift it: " + std::string(refusal.who_can_lift) + ".\n";
  }
  std::string fields;
  for (const std::string& field : summary.helpful_fields()) {
    fields += (fields.empty() ? "" : ", ") + CleanText(field);
  }
  if (!fields.empty()) out += "  Any of these would help: " + fields + ".\n";
  return out;
}

// So that it shows whether a signpost led to anybody.
std::string OutcomeSection(const v1::Ledger& ledger) {
  std::string codes;
  for (const auto kind : {RowKind::kNow, RowKind::kBefore, RowKind::kAskDesk, RowKind::kWithheld}) {
    for (const auto* row : Select(ledger, kind, false)) {
      codes +=
          (codes.empty() ? "" : ", ") + CleanText(NameOf(*row)) + " " + CleanText(row->member());
    }
  }
  const std::string& reference = ledger.started().question_reference();
  if (codes.empty() || reference.empty()) return "";
  return "When you have rung them: signpost ask outcome --question " + CleanText(reference) +
         " --member CODE --made, or --not-made (" + codes + ").\n";
}

std::string CompletenessLine(const v1::Ledger& ledger, const Verdict& verdict,
                             const LedgerStyle& style) {
  std::string out = verdict.complete ? "COMPLETE: " : "INCOMPLETE: ";
  if (verdict.not_asked) {
    out += "nobody was asked.";
  } else if (verdict.alone) {
    out += "nobody else was asked.";
  } else {
    out += Thousands(verdict.answered) + " of " + OtherAuthorities(verdict.others) + " answered";
    if (ledger.has_summary()) {
      out += absl::StrFormat(" in %.1f s", ledger.summary().elapsed_ms() / 1000.0);
    }
    if (verdict.silent > 0) out += ", " + Thousands(verdict.silent) + " did not";
    if (verdict.not_joined > 0) out += ", " + Thousands(verdict.not_joined) + " not joined";
    out += ".";
  }
  const std::string& reference = ledger.started().question_reference().empty()
                                     ? ledger.summary().question_reference()
                                     : ledger.started().question_reference();
  if (!reference.empty()) out += " Question " + CleanText(reference) + ".";
  return Emphasis(style, out) + "\n";
}

}  // namespace

std::string LedgerHeading(const v1::Started& started, const LedgerStyle& style) {
  std::string out = style.training ? "TRAINING, invented children only. " : "";
  out += (started.members() == 0 ? "Asking" : "Asking " + OtherAuthorities(started.members())) +
         " as " + CleanText(started.authority_name()) + " (" + CleanText(started.authority_code()) +
         "). Every question is recorded.\n";
  for (const v1::Notice& notice : started.notices()) {
    out += "Notice from the officers: " + CleanText(notice.text()) + "\n";
  }
  return out;
}

std::string LedgerBody(const v1::Ledger& ledger, const LedgerStyle& style) {
  const Verdict verdict = Judge(ledger);
  std::string out = RefusalSection(ledger.summary(), style);
  out += SignpostSection(ledger, RowKind::kNow, "working with this child", style);
  out += SignpostSection(ledger, RowKind::kBefore, "worked with this child before", style);
  out += DeskSection(
      ledger, RowKind::kAskDesk,
      "ASK THE DESK: something is held, and a person will tell you what may be told.", style);
  out += DeskSection(ledger, RowKind::kWithheld,
                     "WITHHELD: something is held and is not told here. Ring the desk.", style);
  out += OwnSection(ledger, style);
  out += SilentSection(ledger, verdict, style);
  out += NotJoinedSection(ledger, style);
  out += NothingSection(ledger, verdict);
  if (ledger.summary().keys_partial()) {
    out +=
        "The details could not be put in full (a custodian is unreachable): telephone the desks "
        "that matter, and ask again.\n";
  }
  if (verdict.contradicted) {
    out += "Your node's own count differs from this list: treat it as not whole, and ask again.\n";
  }
  if (!ledger.has_summary()) {
    out += "Your node stopped in the middle: this list is not whole. Ask again.\n";
  }
  return out + OutcomeSection(ledger) + CompletenessLine(ledger, verdict, style);
}

}  // namespace signpost::cli
