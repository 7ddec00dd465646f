#include "tests/bench/linkage/readers.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>

#include "node/matching/normalise.h"

namespace signpost::bench {
namespace {

namespace fs = std::filesystem;

LinkageSet Tiny(const std::string& name) {
  const absl::StatusOr<Found> found = FindSets(SIGNPOST_TINY_SETS);
  REQUIRE(found.ok());
  for (const FoundSet& set : found->sets) {
    if (set.name != name) continue;
    absl::StatusOr<LinkageSet> read = ReadSet(set);
    INFO(read.status().message());
    REQUIRE(read.ok());
    return *std::move(read);
  }
  FAIL("no set " << name);
  return {};
}

const SetRecord& Record(const LinkageSet& set, const std::string& id) {
  for (const SetRecord& record : set.records) {
    if (record.id == id) return record;
  }
  FAIL("no record " << id);
  return set.records[0];
}

// A folder of this test's own, with one file.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("linkage_test_" + std::to_string(getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
  }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

TEST_CASE("FEBRL: originals and duplicates in one file are one set to find duplicates in") {
  const LinkageSet set = Tiny("febrl");
  CHECK(set.deduplication);
  REQUIRE(set.records.size() == 3);
  const SetRecord& original = Record(set, "rec-1-org");
  CHECK(original.entity == Record(set, "rec-1-dup-0").entity);
  CHECK(original.entity != Record(set, "rec-2-org").entity);
  const node::NormalisedChild child = node::Normalise(original.details);
  CHECK(child.forenames.at(0) == "HANNAH");
  CHECK(child.families.at(0).whole == "MOCKTON");
  CHECK(child.birth == node::Date{1980, 7, 13});
  CHECK(child.addresses.at(0).postcode == "EE05AA");
  CHECK(child.addresses.at(0).street == "FERN");
  CHECK(child.addresses.at(0).house == "12");
  CHECK(child.nhs_number.substr(0, 3) == "999");
  CHECK(child.nhs_number == Record(set, "rec-1-dup-0").details.nhs_number());
  CHECK(child.nhs_number != Record(set, "rec-2-org").details.nhs_number());
}

TEST_CASE("FEBRL: a day that does not exist is missing") {
  const LinkageSet set = Tiny("febrl");
  CHECK(Record(set, "rec-2-org").details.date_of_birth().empty());
}

TEST_CASE("FEBRL: a file of originals is linked with a file of duplicates") {
  const LinkageSet set = Tiny("febrl_linked");
  CHECK_FALSE(set.deduplication);
  CHECK(Record(set, "rec-1-org").source == 0);
  CHECK(Record(set, "rec-1-dup-0").source == 1);
  CHECK(Record(set, "rec-1-dup-0").entity == Record(set, "rec-1-org").entity);
}

TEST_CASE("hist50k: clusters are persons and dates are moved by a cycle of the calendar") {
  const LinkageSet set = Tiny("hist50k");
  CHECK(set.deduplication);
  const v1::ChildDetails& ada = Record(set, "Z1-1").details;
  CHECK(Record(set, "Z1-1").entity == Record(set, "Z1-2").entity);
  CHECK(ada.date_of_birth() == "2256-06-18");
  CHECK(ada.names(0).given() == "ada");
  CHECK(ada.names(0).middle() == "maria");
  CHECK(ada.addresses(0).postcode() == "ls1 4ap");
  CHECK(ada.sex() == v1::FEMALE);
  CHECK(Record(set, "Z1-2").details.names(0).middle().empty());
  CHECK(Record(set, "Z2-1").details.addresses().empty());
}

TEST_CASE("ONS exercise: dates of four notations and pairs named by identity") {
  const LinkageSet set = Tiny("ons");
  CHECK_FALSE(set.deduplication);
  CHECK(Record(set, "A1").details.date_of_birth() == "1985-01-05");
  CHECK(Record(set, "B7").details.date_of_birth() == "1985-01-05");
  CHECK(Record(set, "A2").details.date_of_birth() == "1983-03-08");
  CHECK(Record(set, "A1").entity == Record(set, "B7").entity);
  CHECK(Record(set, "A2").entity != Record(set, "B7").entity);
  CHECK(Record(set, "A1").details.sex() == v1::FEMALE);
  CHECK(Record(set, "A2").details.sex() == v1::MALE);
  CHECK(Record(set, "B7").source == 1);
}

TEST_CASE("NCVR: parties are linked by their recid and suburbs are towns") {
  const LinkageSet set = Tiny("ncvr");
  CHECK(set.records.size() == 4);
  CHECK(Record(set, "0:01").entity == Record(set, "1:01").entity);
  CHECK(Record(set, "0:02").entity != Record(set, "1:03").entity);
  CHECK(Record(set, "0:01").details.addresses(0).town() == "pine level");
  const auto postcode = [&](const char* id) {
    return node::Normalise(Record(set, id).details).addresses.at(0).postcode;
  };
  CHECK(postcode("0:01") == "CI091AA");
  CHECK(postcode("0:01") == postcode("1:01"));
  CHECK_FALSE(postcode("1:03").empty());
  CHECK(postcode("1:03") != postcode("1:01"));
}

TEST_CASE("PPRL: two parties are linked by their recid") {
  const LinkageSet set = Tiny("pprl");
  CHECK(Record(set, "0:71").entity == Record(set, "1:71").entity);
  CHECK(node::Normalise(Record(set, "0:72").details).families.at(0).whole == "OMOCKTON");
}

TEST_CASE("RLdata: NA is missing and the identity tells who is who") {
  const LinkageSet set = Tiny("rldata");
  CHECK(set.deduplication);
  CHECK(Record(set, "0").entity == Record(set, "1").entity);
  CHECK(Record(set, "0").details.date_of_birth() == "1949-07-22");
  CHECK(Record(set, "0").details.names(0).middle().empty());
  CHECK(Record(set, "2").details.date_of_birth().empty());
  CHECK(Record(set, "2").details.names(0).middle() == "UWE");
  CHECK(Record(set, "2").details.names(0).family() == "QUILL-FEDER");
}

TEST_CASE("Synthetic children: questions ask the index and the truth says who is meant") {
  const LinkageSet set = Tiny("children");
  CHECK(set.format == "synth_children_dev");
  CHECK(Record(set, "Q1").source == 0);
  CHECK(Record(set, "R1").source == 1);
  CHECK(Record(set, "Q1").entity == "R1");
  CHECK(Record(set, "Q2").entity != Record(set, "Q3").entity);
  const v1::ChildDetails& piers = Record(set, "R2").details;
  CHECK(piers.addresses_size() == 2);
  CHECK(piers.addresses(1).kind() == v1::Address::FORMER);
  CHECK(piers.addresses(1).postcode() == "LS2 9JT");
  CHECK(piers.addresses(1).house() == "9");
  CHECK(piers.addresses(1).street() == "Elm Road");
  CHECK(piers.addresses(1).town() == "Leeds");
  CHECK(piers.upn() == "P207000016049");
  CHECK(Record(set, "R1").details.date_of_birth() == "2015-05-17");
  CHECK(Record(set, "R3").details.date_of_birth() == "2012-09-10");
  CHECK(Record(set, "Q4").details.names(1).family() == "Mockten");
}

TEST_CASE("Files of no known format are skipped with the reason") {
  const absl::StatusOr<Found> found = FindSets(SIGNPOST_TINY_SETS);
  REQUIRE(found.ok());
  CHECK(found->sets.size() == 8);
  const auto& skipped = found->skipped;
  CHECK(std::any_of(skipped.begin(), skipped.end(), [](const std::string& sentence) {
    return sentence == "names/family_name_frequency.csv: its header is of no format known here";
  }));
}

TEST_CASE("A folder that is not there is an error") {
  const absl::StatusOr<Found> found = FindSets("/nowhere/at/all");
  REQUIRE_FALSE(found.ok());
  CHECK(found.status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("One party alone is skipped because there is nothing to link it with") {
  const Folder folder;
  folder.Write("one.csv", "recid,givenname,surname,suburb,pc\n1,a,b,c,4017\n");
  const absl::StatusOr<Found> found = FindSets(folder.path());
  REQUIRE(found.ok());
  CHECK(found->sets.empty());
  REQUIRE(found->skipped.size() == 1);
  CHECK(found->skipped[0].find("one party alone") != std::string::npos);
}

TEST_CASE("An index without questions or truth is skipped with the reason") {
  const Folder folder;
  folder.Write("index.csv", "record_id,given_names,date_of_birth\nR1,a,2015-05-17\n");
  const absl::StatusOr<Found> found = FindSets(folder.path());
  REQUIRE(found.ok());
  CHECK(found->sets.empty());
  REQUIRE(found->skipped.size() == 1);
  CHECK(found->skipped[0].find("questions and truth") != std::string::npos);
}

// Reads the one set of a folder that is known to be malformed.
absl::Status ErrorOf(const Folder& folder) {
  const absl::StatusOr<Found> found = FindSets(folder.path());
  REQUIRE(found.ok());
  REQUIRE(found->sets.size() == 1);
  return ReadSet(found->sets[0]).status();
}

TEST_CASE("A row with a field too few is an error that names the line and not the value") {
  const Folder folder;
  folder.Write("people.csv",
               "identity,fname_c1,fname_c2,lname_c1,lname_c2,by,bm,bd\n"
               "1,A,NA,B,NA,1949,7,22\n1,SECRET,NA,B,NA,1949,7\n");
  const absl::Status status = ErrorOf(folder);
  CHECK(status.code() == absl::StatusCode::kDataLoss);
  const std::string message(status.message());
  CHECK(message.find(":3:") != std::string::npos);
  CHECK(message.find("SECRET") == std::string::npos);
}

TEST_CASE("A row that does not say who it is of is an error") {
  const Folder folder;
  folder.Write("people.csv",
               "fname_c1,fname_c2,lname_c1,lname_c2,by,bm,bd,identity\nA,NA,B,NA,1949,7,22,\n");
  CHECK(ErrorOf(folder).code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("A quote that is never closed is an error") {
  const Folder folder;
  folder.Write("people.csv",
               "fname_c1,fname_c2,lname_c1,lname_c2,by,bm,bd,identity\n\"A,NA,B,NA,1949,7,22,1\n");
  CHECK(ErrorOf(folder).code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("A truth that names a record which the index has not is an error") {
  const Folder folder;
  folder.Write("index.csv", "record_id,given_names,date_of_birth\nR1,a,2015-05-17\n");
  folder.Write("questions.csv", "question_id,given_names,date_of_birth\nQ1,a,2015-05-17\n");
  folder.Write("truth.csv", "question_id,record_id,category\nQ1,R9,single_present\n");
  CHECK(ErrorOf(folder).code() == absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace signpost::bench
