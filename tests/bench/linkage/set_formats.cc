#include "tests/bench/linkage/set_formats.h"

#include <cstdlib>
#include <map>
#include <set>

#include "tests/bench/linkage/foreign.h"

namespace signpost::bench {
namespace {

using Row = std::vector<std::string>;

absl::Status NoIdentity(const CsvTable& table, size_t row) {
  return absl::DataLossError(
      absl::StrCat(table.path, ":", row + 2, ": does not say who the record is of"));
}

// M, F, 1, 2, male, Female; anything else is not known.
v1::Sex ReadSex(const std::string& text) {
  if (text.empty()) return v1::SEX_UNSPECIFIED;
  std::string lower;
  for (const char c : text) {
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (lower == "m" || lower == "1" || lower == "male") return v1::MALE;
  if (lower == "f" || lower == "2" || lower == "female") return v1::FEMALE;
  return v1::SEX_UNSPECIFIED;
}

v1::PersonName* AddName(v1::ChildDetails& details, v1::PersonName::Kind kind,
                        const std::string& given, const std::string& middle,
                        const std::string& family) {
  v1::PersonName* name = details.add_names();
  name->set_kind(kind);
  name->set_given(given);
  name->set_middle(middle);
  name->set_family(family);
  return name;
}

v1::Address* AddAddress(v1::ChildDetails& details, const std::string& postcode) {
  v1::Address* address = details.add_addresses();
  address->set_kind(details.addresses_size() == 1 ? v1::Address::CURRENT : v1::Address::FORMER);
  address->set_postcode(postcode);
  return address;
}

// rec-223-org and rec-223-dup-0 are one person. Either one file with duplicates, or two to link.
absl::StatusOr<LinkageSet> ReadFebrl(const std::vector<CsvTable>& tables) {
  LinkageSet set;
  set.deduplication = tables.size() == 1;
  NumberMap numbers;
  PostcodeMap postcodes;
  for (size_t source = 0; source < tables.size(); ++source) {
    const CsvTable& table = tables[source];
    const size_t id = table.Column("rec_id"), given = table.Column("given_name"),
                 family = table.Column("surname"), number = table.Column("soc_sec_id");
    for (const char* column :
         {"street_number", "address_1", "suburb", "postcode", "date_of_birth"}) {
      if (!table.Has(column)) {
        return absl::DataLossError(absl::StrCat(table.path, ": has no column ", column));
      }
    }
    const size_t house = table.Column("street_number"), street = table.Column("address_1"),
                 town = table.Column("suburb"), postcode = table.Column("postcode"),
                 birth = table.Column("date_of_birth");
    for (size_t i = 0; i < table.rows.size(); ++i) {
      const Row& row = table.rows[i];
      const size_t dash = row[id].find('-', 4);
      if (row[id].rfind("rec-", 0) != 0 || dash == std::string::npos) return NoIdentity(table, i);
      SetRecord record{row[id], row[id].substr(0, dash), static_cast<uint32_t>(source), {}};
      AddName(record.details, v1::PersonName::CURRENT, row[given], "", row[family]);
      v1::Address* address = AddAddress(record.details, postcodes.Map(row[postcode]));
      address->set_house(row[house]);
      address->set_street(row[street]);
      address->set_town(row[town]);
      record.details.set_date_of_birth(ReadDate(row[birth]));
      record.details.set_nhs_number(numbers.Map(row[number]));
      set.records.push_back(std::move(record));
    }
  }
  return set;
}

absl::StatusOr<LinkageSet> ReadHist50k(const CsvTable& table) {
  LinkageSet set;
  set.deduplication = true;
  for (const char* column : {"first_name", "surname", "dob", "gender", "full_name"}) {
    if (!table.Has(column)) {
      return absl::DataLossError(absl::StrCat(table.path, ": has no column ", column));
    }
  }
  const size_t id = table.Column("unique_id"), cluster = table.Column("cluster"),
               given = table.Column("first_name"), family = table.Column("surname"),
               full = table.Column("full_name"), birth = table.Column("dob"),
               postcode = table.Column("postcode_fake"), sex = table.Column("gender");
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const Row& row = table.rows[i];
    if (row[cluster].empty()) return NoIdentity(table, i);
    SetRecord record{row[id], row[cluster], 0, {}};
    // Middle names are what the full name has between the first and the last.
    std::string middle;
    const size_t outer = row[given].size() + row[family].size() + 2;
    if (row[full].size() > outer && row[full].rfind(row[given] + " ", 0) == 0 &&
        row[full].compare(row[full].size() - row[family].size(), std::string::npos, row[family]) ==
            0) {
      middle = row[full].substr(row[given].size() + 1, row[full].size() - outer);
    }
    AddName(record.details, v1::PersonName::CURRENT, row[given], middle, row[family]);
    if (!row[postcode].empty()) AddAddress(record.details, row[postcode]);
    record.details.set_date_of_birth(ReadDate(row[birth]));
    record.details.set_sex(ReadSex(row[sex]));
    set.records.push_back(std::move(record));
  }
  return set;
}

// Each record of a names the b it belongs to, if any.
absl::StatusOr<LinkageSet> ReadOns(const std::vector<CsvTable>& tables) {
  LinkageSet set;
  for (uint32_t source = 0; source < 2; ++source) {
    const CsvTable& table = tables[source];
    const std::string side = source == 0 ? "_a" : "_b";
    const auto column = [&](const char* name) { return table.Find(name + side); };
    const auto given = column("firstname"), middle = column("middlename"),
               family = column("surname"), sex = column("sex"), postcode = column("postcode"),
               birth = column("dob");
    if (!given || !middle || !family || !sex || !postcode || !birth) {
      return absl::DataLossError(absl::StrCat(table.path, ": a column is missing"));
    }
    const size_t a = table.Column("ident_a"), b = table.Column("ident_b");
    for (size_t i = 0; i < table.rows.size(); ++i) {
      const Row& row = table.rows[i];
      const std::string& own = row[source == 0 ? a : b];
      if (own.empty()) return NoIdentity(table, i);
      // The pair is called by its a.
      SetRecord record{own, row[a].empty() ? own : row[a], source, {}};
      AddName(record.details, v1::PersonName::CURRENT, row[*given], row[*middle], row[*family]);
      if (!row[*postcode].empty()) AddAddress(record.details, row[*postcode]);
      record.details.set_date_of_birth(ReadDate(row[*birth]));
      record.details.set_sex(ReadSex(row[*sex]));
      set.records.push_back(std::move(record));
    }
  }
  return set;
}

// NCVR and PPRL: the same person has the same recid with every party. A suburb is a town.
absl::StatusOr<LinkageSet> ReadParties(const std::vector<CsvTable>& tables,
                                       const std::string& postcode_column) {
  LinkageSet set;
  PostcodeMap postcodes;
  for (size_t source = 0; source < tables.size(); ++source) {
    const CsvTable& table = tables[source];
    const size_t id = table.Column("recid"), given = table.Column("givenname"),
                 family = table.Column("surname"), town = table.Column("suburb"),
                 postcode = table.Column(postcode_column);
    for (size_t i = 0; i < table.rows.size(); ++i) {
      const Row& row = table.rows[i];
      if (row[id].empty()) return NoIdentity(table, i);
      SetRecord record{
          absl::StrCat(source, ":", row[id]), row[id], static_cast<uint32_t>(source), {}};
      AddName(record.details, v1::PersonName::CURRENT, row[given], "", row[family]);
      AddAddress(record.details, postcodes.Map(row[postcode]))->set_town(row[town]);
      set.records.push_back(std::move(record));
    }
  }
  return set;
}

absl::StatusOr<LinkageSet> ReadRldata(const CsvTable& table) {
  LinkageSet set;
  set.deduplication = true;
  const auto text = [](const std::string& field) { return field == "NA" ? "" : field; };
  const auto number = [](const std::string& field) { return std::atoi(field.c_str()); };
  const size_t given = table.Column("fname_c1"), family = table.Column("lname_c1"),
               identity = table.Column("identity"), year = table.Column("by"),
               month = table.Column("bm"), day = table.Column("bd");
  const auto second = table.Find("fname_c2"), last = table.Find("lname_c2");
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const Row& row = table.rows[i];
    if (row[identity].empty() || row[identity] == "NA") return NoIdentity(table, i);
    SetRecord record{std::to_string(i), row[identity], 0, {}};
    std::string name = text(row[family]);
    if (last && !text(row[*last]).empty()) name += "-" + row[*last];
    AddName(record.details, v1::PersonName::CURRENT, text(row[given]),
            second ? text(row[*second]) : "", name);
    record.details.set_date_of_birth(
        DateOf(number(row[year]), number(row[month]), number(row[day])));
    set.records.push_back(std::move(record));
  }
  return set;
}

std::vector<std::string> SplitTrimmed(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = text.find(separator);
    parts.emplace_back(Trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

// "14 Eaifs Road, Town of E1".
void ReadStreet(std::string_view text, v1::Address& address) {
  const std::vector<std::string> parts = SplitTrimmed(text, ',');
  if (parts.empty()) return;
  const size_t space = parts[0].find(' ');
  const bool numbered = parts[0][0] >= '0' && parts[0][0] <= '9' && space != std::string::npos;
  if (numbered) address.set_house(parts[0].substr(0, space));
  address.set_street(numbered ? parts[0].substr(space + 1) : parts[0]);
  if (parts.size() > 1) address.set_town(parts.back());
}

absl::StatusOr<SetRecord> SynthRecord(const CsvTable& table, size_t i, const std::string& id) {
  const auto field = [&](const char* column) {
    const auto at = table.Find(column);
    return at ? table.rows[i][*at] : std::string();
  };
  if (id.empty()) return NoIdentity(table, i);
  SetRecord record{id, id, 0, {}};
  v1::ChildDetails& details = record.details;
  AddName(details, v1::PersonName::CURRENT, field("given_names"), "", field("family_name"));
  for (const std::string& former : SplitTrimmed(field("former_or_alias_family_names"), ';')) {
    if (!former.empty()) AddName(details, v1::PersonName::FORMER, "", "", former);
  }
  const std::vector<std::string> postcodes = SplitTrimmed(field("postcodes"), ';');
  const std::vector<std::string> streets = SplitTrimmed(field("address"), ';');
  for (size_t k = 0; k < std::max(postcodes.size(), streets.size()); ++k) {
    v1::Address* address = AddAddress(details, k < postcodes.size() ? postcodes[k] : "");
    if (k < streets.size() && !streets[k].empty()) ReadStreet(streets[k], *address);
  }
  details.set_date_of_birth(ReadDate(field("date_of_birth")));
  details.set_sex(ReadSex(field("sex")));
  details.set_nhs_number(field("nhs_number"));
  details.set_upn(field("upn"));
  return record;
}

// Questions are the first source, the index the second.
absl::StatusOr<LinkageSet> ReadSynth(const CsvTable& index, const CsvTable& questions,
                                     const CsvTable& truth) {
  LinkageSet set;
  std::map<std::string, std::string> record_of;
  const size_t asked = truth.Column("question_id"), held = truth.Column("record_id");
  for (size_t i = 0; i < truth.rows.size(); ++i) {
    if (!record_of.emplace(truth.rows[i][asked], truth.rows[i][held]).second) {
      return absl::DataLossError(absl::StrCat(truth.path, ":", i + 2, ": a question named twice"));
    }
  }
  std::set<std::string> known;
  for (size_t i = 0; i < index.rows.size(); ++i) {
    SIGNPOST_ASSIGN_OR_RETURN(SetRecord record,
                              SynthRecord(index, i, index.rows[i][index.Column("record_id")]));
    record.source = 1;
    if (!known.insert(record.id).second) {
      return absl::DataLossError(absl::StrCat(index.path, ":", i + 2, ": a record named twice"));
    }
    set.records.push_back(std::move(record));
  }
  for (size_t i = 0; i < questions.rows.size(); ++i) {
    SIGNPOST_ASSIGN_OR_RETURN(
        SetRecord record,
        SynthRecord(questions, i, questions.rows[i][questions.Column("question_id")]));
    const auto at = record_of.find(record.id);
    if (at == record_of.end()) return NoIdentity(questions, i);
    if (!at->second.empty() && known.count(at->second) == 0) {
      return absl::DataLossError(
          absl::StrCat(truth.path, ": names a record that is not in the index"));
    }
    record.entity = at->second.empty() ? "asked " + record.id : at->second;
    set.records.push_back(std::move(record));
  }
  return set;
}

}  // namespace

absl::StatusOr<LinkageSet> ReadFormat(std::string_view format,
                                      const std::vector<CsvTable>& tables) {
  if (format == "febrl") return ReadFebrl(tables);
  if (format == "hist50k") return ReadHist50k(tables[0]);
  if (format == "ons_working_exercise") return ReadOns(tables);
  if (format == "ncvr") return ReadParties(tables, "postcode");
  if (format == "pprl") return ReadParties(tables, "pc");
  if (format == "rldata") return ReadRldata(tables[0]);
  if (format == "synth_children_dev") return ReadSynth(tables[0], tables[1], tables[2]);
  return absl::UnimplementedError(absl::StrCat("no reader of format ", std::string(format)));
}

}  // namespace signpost::bench
