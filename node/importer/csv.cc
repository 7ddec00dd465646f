#include "node/importer/csv.h"

#include <algorithm>

namespace signpost::node {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void Note(CsvRow& row, CsvFault fault) {
  if (row.fault == CsvFault::kNone) row.fault = fault;
}

bool Continuation(std::string_view text, size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

// Length of the sequence at `at` that begins with a byte of 0x80 or more; 0 when it is not UTF-8.
size_t SequenceLength(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const auto second = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0;
  if (!Continuation(text, at + 1)) return 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    // U+0080 to U+009F are control characters.
    return lead == 0xC2 && second < 0xA0 ? 0 : 2;
  }
  if (!Continuation(text, at + 2)) return 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (lead == 0xE0 && second < 0xA0) return 0;
    if (lead == 0xED && second >= 0xA0) return 0;
    return 3;
  }
  if (!Continuation(text, at + 3)) return 0;
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (lead == 0xF0 && second < 0x90) return 0;
    if (lead == 0xF4 && second >= 0x90) return 0;
    return 4;
  }
  return 0;
}

}  // namespace

CsvReader::CsvReader(std::string_view text, uint64_t first_line) : text_(text), line_(first_line) {
  if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) at_ = kByteOrderMark.size();
}

bool CsvReader::SkipLineEnd() {
  if (AtEnd() || (text_[at_] != '\r' && text_[at_] != '\n')) return false;
  if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
  ++at_;
  ++line_;
  return true;
}

bool CsvReader::Next(CsvRow& row) {
  while (SkipLineEnd()) {
  }
  if (AtEnd()) return false;
  row.fault = CsvFault::kNone;
  row.fault_field = 0;
  row.line = line_;
  size_t count = 0;
  for (;;) {
    if (count == kMaxFields) {
      Note(row, CsvFault::kTooManyFields);
      SkipRow();
      break;
    }
    if (row.fields.size() == count) row.fields.emplace_back();
    row.fields[count].clear();
    const bool sound = row.fault == CsvFault::kNone;
    ReadField(row, row.fields[count]);
    if (sound && row.fault != CsvFault::kNone) row.fault_field = count;
    ++count;
    if (AtEnd() || text_[at_] != ',') break;
    ++at_;
  }
  SkipLineEnd();
  row.fields.resize(count);
  return true;
}

void CsvReader::ReadField(CsvRow& row, std::string& field) {
  if (!AtEnd() && text_[at_] == '"') return ReadQuoted(row, field);
  ReadPlain(row, field);
}

void CsvReader::ReadPlain(CsvRow& row, std::string& field) {
  const size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
  const std::string_view piece = text_.substr(at_, end - at_);
  at_ = end;
  if (piece.find('"') != std::string_view::npos) Note(row, CsvFault::kStrayQuote);
  if (piece.size() > kMaxFieldBytes) return Note(row, CsvFault::kFieldTooLong);
  field.assign(piece);
}

void CsvReader::ReadQuoted(CsvRow& row, std::string& field) {
  ++at_;
  for (;;) {
    if (AtEnd()) return Note(row, CsvFault::kUnclosedQuote);
    const char c = text_[at_++];
    if (c == '"') {
      if (AtEnd() || text_[at_] != '"') break;
      ++at_;
    }
    if (c == '\n' || (c == '\r' && (AtEnd() || text_[at_] != '\n'))) ++line_;
    if (field.size() < kMaxFieldBytes) {
      field.push_back(c);
    } else {
      Note(row, CsvFault::kFieldTooLong);
    }
  }
  if (AtEnd() || text_[at_] == ',' || text_[at_] == '\r' || text_[at_] == '\n') return;
  Note(row, CsvFault::kStrayQuote);
  at_ = std::min(text_.find_first_of(",\r\n", at_), text_.size());
}

// Passes over the fields that are too many, quotes and all.
void CsvReader::SkipRow() {
  CsvRow ignored;
  std::string field;
  for (;;) {
    field.clear();
    ReadField(ignored, field);
    if (AtEnd() || text_[at_] != ',') return;
    ++at_;
  }
}

bool IsPlainUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      if ((byte < 0x20 && byte != '\t') || byte == 0x7F) return false;
      ++at;
      continue;
    }
    const size_t length = SequenceLength(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace signpost::node
