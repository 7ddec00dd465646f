// An own record that only waits for a data manager's decision, asked about by its case
// reference: its own row tells of it as before.
#include "tests/unit/lookup/fixture.h"

namespace signpost::node {
namespace {

LocalAnswerer::Request Named() {
  LocalAnswerer::Request request;
  request.details = Alice();
  request.case_reference = "case-1";
  request.epoch = kEpoch;
  request.context = ContextOf(Federation::GoodIntro());
  return request;
}

v1::Outcome OwnOutcome(Federation& f, const LocalAnswerer::Request& request) {
  LocalAnswerer local(f.asker().store, f.asker().index);
  const auto own =
      local.Answer(request, *f.asker().book->Newest(), f.asker().code, f.clock.NowMs());
  REQUIRE(own.ok());
  return own->body().outcome();
}

TEST_CASE("A named record that waits for a decision speaks of itself beside a shielded one") {
  // Went wrong: the own row of a record that its practitioner could read turned to nothing exactly
  // when a shielded child was like it.
  Federation f(2);
  f.asker().Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.asker().Hold(Alice(), {SocialWork("2026-03-02", "")});
  f.EnrolAll();
  f.asker().store.children[1].flags.quarantined = true;
  f.asker().store.children[2].flags.shielded = true;
  const auto tags = f.Tags(Alice());
  LocalAnswerer::Request request = Named();
  request.tags = &tags;
  CHECK(OwnOutcome(f, request) == v1::INVOLVED_NOW);

  // Shielded itself, or archived: nothing, whoever names it.
  f.asker().store.children[1].flags.shielded = true;
  CHECK(OwnOutcome(f, request) == v1::NOTHING_TO_REPORT);
  f.asker().store.children[1].flags.shielded = false;
  f.asker().store.children[1].flags.archived = true;
  CHECK(OwnOutcome(f, request) == v1::NOTHING_TO_REPORT);
}

}  // namespace
}  // namespace signpost::node
