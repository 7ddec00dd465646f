// One invented child and its involvements, as CSV texts for an import and as
// typed details: the child that every whole-federation test asks about.
//
// Thread safety: pure functions.
#ifndef SIGNPOST_TESTS_INTEGRATION_RECORDS_H_
#define SIGNPOST_TESTS_INTEGRATION_RECORDS_H_

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "signpost/v1/child.pb.h"
#include "signpost/v1/directory.pb.h"

namespace signpost::testing {

// Zebedee, recorded under `reference`; `shielded` adds the column that hides him.
inline std::string ZebedeeCsv(const std::string& reference, bool shielded = false) {
  return "case_reference,given_name,family_name,date_of_birth,sex,postcode,nhs_number,shielded\n" +
         reference + ",Zebedee,Quillfeather,2015-03-09,M,LS1 4AP,9990000018," +
         (shielded ? "yes" : "no") + "\n";
}

// The same child as a practitioner types him.
inline v1::ChildDetails Zebedee() {
  v1::ChildDetails details;
  v1::PersonName& name = *details.add_names();
  name.set_kind(v1::PersonName::CURRENT);
  name.set_given("Zebedee");
  name.set_family("Quillfeather");
  details.set_date_of_birth("2015-03-09");
  details.set_sex(v1::MALE);
  v1::Address& address = *details.add_addresses();
  address.set_kind(v1::Address::CURRENT);
  address.set_postcode("LS1 4AP");
  details.set_nhs_number("9990000018");
  return details;
}

// "YYYY-MM-DD", `days` before today.
inline std::string DaysAgo(int days) {
  const std::chrono::year_month_day date(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) -
      std::chrono::days(days));
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

struct InvolvementSpec {
  int start_days_ago = 90;
  int end_days_ago = -1;  // negative: still open
  bool sensitive = false;
};

inline std::string InvolvementCsv(const std::string& reference, InvolvementSpec spec = {}) {
  return "case_reference,involvement_reference,service,team,practitioner,telephone,"
         "lead_professional,start_on,end_on,sensitive\n" +
         reference + ",i1,CHILDRENS_SOCIAL_CARE,Ashford team,A. Example,01632 960001,yes," +
         DaysAgo(spec.start_days_ago) + "," +
         (spec.end_days_ago < 0 ? "" : DaysAgo(spec.end_days_ago)) + "," +
         (spec.sensitive ? "yes" : "no") + "\n";
}

// Timers wide enough that a busy machine makes nobody late who is not meant to be.
inline void WideTimers(v1::Directory& directory) {
  directory.mutable_timers()->set_claim_delay_ms(100);
  directory.mutable_timers()->set_claim_cutoff_ms(1500);
  directory.mutable_timers()->set_answer_delay_ms(100);
  directory.mutable_timers()->set_answer_cutoff_ms(1500);
}

}  // namespace signpost::testing

#endif  // SIGNPOST_TESTS_INTEGRATION_RECORDS_H_
